using Microblog.AppHost.Tests;

[assembly: AssemblyFixture(typeof(WholeSystem))]

// One system serves all classes, and some of them kill parts of it.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
