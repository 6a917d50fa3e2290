using Microblog.Clients.Tests;

[assembly: AssemblyFixture(typeof(TestModeSystem))]
[assembly: AssemblyFixture(typeof(NodePackages))]
