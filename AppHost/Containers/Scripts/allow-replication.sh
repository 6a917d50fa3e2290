# Run once by the PostgreSQL image when it creates the cluster: its own rules leave replication connections out.
echo 'host replication all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
