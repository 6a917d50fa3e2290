using Microblog.TestSupport;

[assembly: AssemblyFixture(typeof(Backends))]

// The classes share the servers, and some of them stop the replica or fill the queues.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
