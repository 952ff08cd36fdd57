package claudegateway.pool;

import claudegateway.claude.AgentControl;
import claudegateway.claude.ClaudeProcess;
import claudegateway.claude.ClientTool;
import claudegateway.json.Json;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What a process must have been told before its first message; when a request wants it otherwise, the session goes
 * on in another process.
 *
 * @param model as the CLI takes it
 * @param builtins Claude Code's own tools on or off
 * @param system the system prompt; empty = Claude Code's own
 * @param schema the form of structured output, if there is one
 * @param tools the client's functions
 */
public record AgentSpec(
    String model, boolean builtins, Optional<String> system, Optional<Json.Obj> schema, List<ClientTool> tools) {
  /** Characters of a system prompt. */
  private static final int SHORT_MAX = 64 << 10;

  public AgentSpec with(List<ClientTool> others) {
    return new AgentSpec(model, builtins, system, schema, others);
  }

  /** Whether it is little enough to be remembered for each profile: no functions, no schema, a bounded prompt. */
  boolean isShort() {
    return tools.isEmpty() && schema.isEmpty() && system.filter(words -> words.length() > SHORT_MAX).isEmpty();
  }

  /** Initializes a process, unless that was done before; the answer is as of {@link ClaudeProcess#initialize}. */
  public CompletableFuture<Json.Obj> tell(ClaudeProcess process) {
    process.control().tools(tools);
    return process.initialize(initializeSettings());
  }

  private Json.Obj initializeSettings() {
    Json.Obj settings = tools.isEmpty() ? Json.Obj.EMPTY : AgentControl.initializeSettings();
    if (builtins) {
      // Else of a sub-agent only its tools are told.
      settings = settings.with("forwardSubagentText", Json.of(true));
    }
    if (system.isPresent()) {
      settings = settings.with("systemPrompt", Json.of(system.get()));
    }
    if (schema.isPresent()) {
      settings = settings.with("jsonSchema", schema.get());
    }
    return settings;
  }
}
