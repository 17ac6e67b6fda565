using SsmSessions.Benchmarks;

return await CommandLine.RunAsync(args);
