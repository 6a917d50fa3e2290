// A run is configured by environment variables, which all tests share.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
