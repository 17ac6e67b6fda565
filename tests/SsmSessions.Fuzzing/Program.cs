using SsmSessions.Fuzzing;

return await CommandLine.RunAsync(args);
