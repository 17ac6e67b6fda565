using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FluentValidation;
using Microsoft.Extensions.DependencyInjection;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson;

/// <summary>One operation of the API: how its request is read and checked, who carries it out, how its answer is written.</summary>
internal abstract class SsmAction(string name)
{
    /// <summary>The name after <c>AmazonSSM.</c> in X-Amz-Target.</summary>
    public string Name { get; } = name;

    /// <summary>True for an operation that may come without a signature.</summary>
    public bool AllowsAnonymous { get; private init; }

    /// <summary>An action whose handler is built once from the services it names in its constructor.</summary>
    public static SsmAction Of<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler, TRequest, TResponse>(
        string name,
        Func<RequestMembers, TRequest> read,
        Func<IValidator<TRequest>> validator,
        JsonTypeInfo<TResponse> response,
        bool allowsAnonymous = false)
        where THandler : class, IActionHandler<TRequest, TResponse> =>
        Of<THandler, TRequest, TResponse>(
            name, read, validator, (writer, answer) => JsonSerializer.Serialize(writer, answer, response), allowsAnonymous);

    /// <summary>The same, for an answer on a hot path, which is written without a serializer: whole, members in alphabetical order.</summary>
    public static SsmAction Of<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler, TRequest, TResponse>(
        string name,
        Func<RequestMembers, TRequest> read,
        Func<IValidator<TRequest>> validator,
        Action<Utf8JsonWriter, TResponse> write,
        bool allowsAnonymous = false)
        where THandler : class, IActionHandler<TRequest, TResponse> =>
        new TypedAction<THandler, TRequest, TResponse>(name, read, validator, write) { AllowsAnonymous = allowsAnonymous };

    /// <summary>Reads and checks the request: the types of its members, then their constraints.</summary>
    /// <returns>What carries the request out and writes the answer.</returns>
    /// <exception cref="SerializationException">A member has the wrong JSON type.</exception>
    /// <exception cref="ConstraintViolationException">Members violate constraints; the message names all of them.</exception>
    public abstract Func<ActionContext, Utf8JsonWriter, CancellationToken, Task> Prepare(JsonElement body, ActionHandlers handlers);

    private sealed class TypedAction<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler, TRequest, TResponse>(
        string name, Func<RequestMembers, TRequest> read, Func<IValidator<TRequest>> validator, Action<Utf8JsonWriter, TResponse> write)
        : SsmAction(name)
        where THandler : class, IActionHandler<TRequest, TResponse>
    {
        // Built at the first call: a process that serves few actions pays for few.
        private readonly Lazy<IValidator<TRequest>> _validator = new(validator);

        public override Func<ActionContext, Utf8JsonWriter, CancellationToken, Task> Prepare(JsonElement body, ActionHandlers handlers)
        {
            var request = RequestMembers.Read(body, read);
            var result = _validator.Value.Validate(request);
            if (!result.IsValid)
                throw new ConstraintViolationException(ConstraintSentences.Of(result.Errors));
            var handler = handlers.Of<THandler>(this);
            return async (context, writer, cancellationToken) =>
                write(writer, await handler.HandleAsync(request, context, cancellationToken));
        }
    }
}

/// <summary>The handlers of one server, each built at its first call from the services that its constructor names.</summary>
internal sealed class ActionHandlers(IServiceProvider services)
{
    private readonly ConcurrentDictionary<SsmAction, object> _built = new();

    public THandler Of<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(SsmAction action)
        where THandler : class =>
        _built.TryGetValue(action, out var handler)
            ? (THandler)handler
            : (THandler)_built.GetOrAdd(action, ActivatorUtilities.CreateInstance<THandler>(services));
}

/// <summary>Carries out one action.</summary>
internal interface IActionHandler<in TRequest, TResponse>
{
    /// <summary>The answer, or an exception that <see cref="AwsJsonErrors"/> knows.</summary>
    Task<TResponse> HandleAsync(TRequest request, ActionContext context, CancellationToken cancellationToken);
}
