using Microblog.FeedWorker;

await FeedApp.Build(args).RunAsync();
