package claudegateway.chat;

import claudegateway.claude.ClientTool;
import claudegateway.json.Json;
import claudegateway.pool.AgentSpec;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one request offers the model beside its words: the client's functions, under names that the model can know
 * them by, which of them it may or must call, and the form of the answer.
 *
 * <p>A request that names no functions although it tells of calls (some loops leave them out at the end) offers
 * those that were called, and forbids to call them: the model's API wants to know what it reads of.
 *
 * @param choice as the Messages API has it; empty when the model may do as it likes
 */
record Offer(ToolNames names, List<ClientTool> tools, Optional<Json.Obj> choice, boolean builtins,
    Optional<Json.Obj> schema) {
  private static final Json.Obj NO_CALL = Json.object("type", "none");

  static Offer of(ChatRequest request) {
    ChatRequest.Tools asked = request.tools();
    Optional<Json.Obj> schema = switch (request.format()) {
      case ChatRequest.OutputFormat.Text _ -> Optional.empty();
      case ChatRequest.OutputFormat.JsonObject _ -> Optional.of(Json.object("type", "object"));
      case ChatRequest.OutputFormat.JsonSchema(_, Json.Obj given, _) -> Optional.of(given);
    };
    if (asked.functions().isEmpty()) {
      return new Offer(ToolNames.NONE, List.of(), Optional.empty(), asked.builtins(), schema)
          .withCalled(request.messages().stream().flatMap(Offer::called).toList());
    }
    ToolNames names = new ToolNames(asked.functions().stream().map(ChatRequest.Function::name).toList());
    List<ClientTool> tools = asked.functions().stream().map(function ->
        new ClientTool(names.bare(function.name()), function.description(), function.parameters())).toList();
    return new Offer(names, tools, choice(asked, names), asked.builtins(), schema);
  }

  private static Stream<String> called(Message message) {
    return message.calls().stream().map(Message.ToolCall::name);
  }

  /** Whether the request leaves open which functions its results are of. */
  static boolean isOpen(ChatRequest request) {
    return request.tools().functions().isEmpty()
        && request.messages().stream().anyMatch(message -> message.role() == Message.Role.TOOL);
  }

  /** With functions of which nothing is known but that they were called. */
  Offer withCalled(Collection<String> clientNames) {
    List<String> distinct = clientNames.stream().distinct().sorted().toList();
    if (distinct.isEmpty()) {
      return this;
    }
    ToolNames called = new ToolNames(distinct);
    return with(called, distinct.stream()
        .map(name -> new ClientTool(called.bare(name), "", Json.object("type", "object"))).toList());
  }

  /** With functions of the round before. */
  Offer with(ToolNames known, List<ClientTool> functions) {
    return new Offer(known, functions, Optional.of(NO_CALL), builtins, schema);
  }

  AgentSpec spec(String model, Optional<String> system) {
    return new AgentSpec(model, builtins, system, schema, tools);
  }

  private static Optional<Json.Obj> choice(ChatRequest.Tools tools, ToolNames names) {
    Json.Obj choice = switch (tools.choice()) {
      case ChatRequest.Choice.Auto _ -> Json.object("type", "auto");
      case ChatRequest.Choice.None _ -> NO_CALL;
      case ChatRequest.Choice.Required _ -> Json.object("type", "any");
      case ChatRequest.Choice.Named(String function) -> Json.object("type", "tool", "name", names.model(function));
    };
    boolean serial = !tools.parallel() && !choice.equals(NO_CALL);
    return serial ? Optional.of(choice.with("disable_parallel_tool_use", Json.of(true)))
        : Optional.of(choice).filter(_ -> !(tools.choice() instanceof ChatRequest.Choice.Auto));
  }
}
