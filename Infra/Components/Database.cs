using Microblog.Infra.AppModel;
using Pulumi;
using Pulumi.AzureNative.ManagedIdentity;
using Pg = Pulumi.AzureNative.DBforPostgreSQL;

namespace Microblog.Infra.Components;

/// <summary>
/// PostgreSQL: a primary with its standby, and a read replica, both found by virtual endpoints that survive a promotion. Azure changes one thing of a
/// server at a time, so everything here waits for what was before it.
/// </summary>
public sealed class Database : ComponentResource
{
    private readonly Context _context;
    private readonly Groups _groups;

    /// <summary>What was registered last; the next waits for it.</summary>
    private Resource? _last;

    /// <summary>Makes the servers.</summary>
    public Database(Context context, Groups groups, Network network, Identity identity, Observability observability) : base("microblog:infra:Database", "database")
    {
        (_context, _groups) = (context, groups);
        var size = context.Plan.Database;
        var users = DatabaseRules.UsersOf(context.Model).ToList();
        PoolerPort = DatabaseParameters.PoolerPort(size);
        Principals = string.Join(',', users.Where(service => service.Role != ServiceRole.Job).Select(service => identity.NameOf(service.Name)));

        var (primaryName, endpointName) = (GlobalName("postgres"), GlobalName("database"));
        var primary = Server("primary", DatabaseServers.Primary(context, groups, primaryName), DatabaseServers.ChangedByFailover, network);
        if (!size.IsElastic)
        {
            AddDatabases(primary, primaryName);
        }
        SetParameters("primary", primary, primaryName);
        AddAdmins(primary, primaryName, identity, users);
        PrimaryHost = Host(primary, primaryName, DatabaseAddress.Server);
        ReplicaHost = PrimaryHost;
        PrimaryId = primary.Id;

        Pg.Server? replica = null;
        if (size.ReplicaCount > 0)
        {
            var replicaName = GlobalName("postgres-replica");
            replica = Server("replica", DatabaseServers.Replica(context, groups, replicaName, primary.Id), DatabaseServers.ChangedByPromotion, network);
            SetParameters("replica", replica, replicaName);
            ReplicaHost = Host(replica, replicaName, DatabaseAddress.Server);
            ReplicaId = replica.Id;
            // Elastic clusters have none.
            if (!size.IsElastic)
            {
                var endpoints = AddEndpoints(primaryName, replicaName, endpointName);
                (PrimaryHost, ReplicaHost) = (Host(endpoints, endpointName, DatabaseAddress.Writer), Host(endpoints, endpointName, DatabaseAddress.Reader));
            }
        }
        Ready = _last!;

        foreach (var (name, server) in new[] { ("primary", primary), ("replica", replica) })
        {
            if (server is not null)
            {
                _last = observability.Diagnose(this, $"database-{name}", server.Id, after: _last);
                Lock.Hold(context, this, $"database-{name}", server.Id);
            }
        }
        RegisterOutputs();
    }

    /// <summary>Host name of whichever server is written to.</summary>
    public Output<string> PrimaryHost { get; }

    /// <summary>Host name of the one that is read from; the primary's where there is no replica.</summary>
    public Output<string> ReplicaHost { get; }

    /// <summary>Id of the server that was made as the primary.</summary>
    public Output<string> PrimaryId { get; }

    /// <summary>Id of the server that was made as the replica; null where there is none.</summary>
    public Output<string>? ReplicaId { get; }

    /// <summary>Where PgBouncer listens on both hosts; null where there is none.</summary>
    public int? PoolerPort { get; }

    /// <summary>Names, separated by commas, of the identities that the migration job has to let in; its own administers the server.</summary>
    public string Principals { get; }

    /// <summary>To depend on where the database is used.</summary>
    public Resource Ready { get; }

    /// <summary>The connection string of a service, without a password.</summary>
    /// <param name="access">One of <see cref="ConnectionAccess"/>.</param>
    /// <param name="database">Name of the database.</param>
    /// <param name="identity">Whom it connects as.</param>
    public Output<string> ConnectionString(string access, string database, UserAssignedIdentity identity) =>
        Output.Tuple(access == ConnectionAccess.Replica ? ReplicaHost : PrimaryHost, identity.Name)
            .Apply(parts => DatabaseAddress.ConnectionString(parts.Item1, database, parts.Item2, _context.Settings.Database.SslMode));

    private Output<string> GlobalName(string part) => _groups.SubscriptionId.Apply(subscription => _context.Names.Global(part, subscription));

    /// <summary>A host name that nobody gets to know before what it stands for is there.</summary>
    private static Output<string> Host(CustomResource of, Output<string> name, Func<string, string> host) => Output.Tuple(of.Id, name).Apply(parts => host(parts.Item2));

    private Pg.Server Server(string name, Pg.ServerArgs args, string[] ignored, Network network)
    {
        var options = _context.Data(this, slow: true);
        options.IgnoreChanges = [.. ignored];
        options.DependsOn = Last();
        var server = new Pg.Server($"database-{name}", args, options);
        _last = network.PrivateEndpoint(this, $"database-{name}", server.Id, "postgresqlServer");
        return server;
    }

    private void AddDatabases(Pg.Server server, Output<string> serverName)
    {
        foreach (var name in DatabaseRules.DatabasesOf(_context.Model))
        {
            var options = _context.Data(this);
            options.DependsOn = Last();
            _last = new Pg.Database($"database-{name}", new Pg.DatabaseArgs
            {
                ResourceGroupName = _groups.Data.Name,
                ServerName = serverName,
                DatabaseName = name,
                Charset = "UTF8",
                Collation = "en_US.utf8",
            }, Patience.WhileBusy($"database-{name}", options));
        }
    }

    private void SetParameters(string server, Pg.Server owner, Output<string> serverName)
    {
        foreach (var (name, value) in DatabaseParameters.Of(_context.Plan.Database, _context.Plan.Connections))
        {
            var logical = $"database-{server}-{name.Replace('.', '-').Replace('_', '-')}";
            _last = new Pg.Configuration(logical, new Pg.ConfigurationArgs
            {
                ResourceGroupName = _groups.Data.Name,
                ServerName = serverName,
                ConfigurationName = name,
                Value = value,
                Source = "user-override",
            }, Patience.WhileBusy(logical, Child(owner)));
        }
    }

    /// <summary>Who administers the server: the operators, and the jobs, which create tables and roles.</summary>
    private void AddAdmins(Pg.Server server, Output<string> serverName, Identity identity, IEnumerable<ServiceSpec> users)
    {
        foreach (var admin in _context.Settings.Database.Admins)
        {
            AddAdmin(admin.Name, admin.ObjectId, admin.Name, admin.Type);
        }
        foreach (var job in users.Where(service => service.Role == ServiceRole.Job))
        {
            AddAdmin(job.Name, identity.Of(job.Name).PrincipalId, identity.NameOf(job.Name), "ServicePrincipal");
        }

        // The SDK's own PrincipalType writes these words in lower case, which is not how Azure's schema has them.
        void AddAdmin(string name, Input<string> objectId, string principal, string type) =>
            _last = new Pg.AdministratorsMicrosoftEntra($"database-admin-{name}", new Pg.AdministratorsMicrosoftEntraArgs
            {
                ResourceGroupName = _groups.Data.Name,
                ServerName = serverName,
                ObjectId = objectId,
                PrincipalName = principal,
                PrincipalType = type,
                TenantId = _groups.TenantId,
            }, Patience.WhileBusy($"database-admin-{name}", Child(server)));
    }

    private Pg.VirtualEndpoint AddEndpoints(Output<string> primary, Output<string> replica, Output<string> name)
    {
        var endpoints = new Pg.VirtualEndpoint("database-endpoints", new Pg.VirtualEndpointArgs
        {
            ResourceGroupName = _groups.Data.Name,
            ServerName = primary,
            VirtualEndpointName = name,
            EndpointType = Pg.VirtualEndpointType.ReadWrite,
            Members = replica,
        }, Patience.WhileBusy("database-endpoints", new CustomResourceOptions { Parent = this, DependsOn = Last() }));
        _last = endpoints;
        return endpoints;
    }

    /// <summary>Options of what goes with its server.</summary>
    private CustomResourceOptions Child(Pg.Server server) => new() { Parent = this, DependsOn = Last(), DeletedWith = server };

    private InputList<Resource> Last() => _last is null ? [] : new InputList<Resource> { _last };
}
