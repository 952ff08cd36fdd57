package claudegateway.api;

import java.util.List;
import java.util.Optional;

/**
 * What is known of the installed CLI and of what it reported when it last started. Any thread; returns at
 * once, with empty answers before the CLI has spoken.
 */
public interface AgentFacts {

  /** @param status as the CLI says it: connected, failed, pending, needs-auth, … */
  record McpServer(String name, String status, Optional<String> version, Optional<String> scope,
      List<String> tools) {
    public McpServer {
      tools = List.copyOf(tools);
    }
  }

  /** For example 2.1.330; empty when there is none that runs. */
  Optional<String> cliVersion();

  /** Names of the agent's own tools, those of MCP servers included. */
  List<String> tools();

  List<McpServer> mcpServers();

  /** A CLI that does not exist yet, or not any more. */
  AgentFacts NONE = new AgentFacts() {
    @Override
    public Optional<String> cliVersion() {
      return Optional.empty();
    }

    @Override
    public List<String> tools() {
      return List.of();
    }

    @Override
    public List<McpServer> mcpServers() {
      return List.of();
    }
  };
}
