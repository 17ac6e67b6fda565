using SsmSessions.Local;

return await CommandLine.RunAsync(args);
