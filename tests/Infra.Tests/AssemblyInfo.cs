// The SDK keeps what it needs of a run in statics and in variables of the process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
