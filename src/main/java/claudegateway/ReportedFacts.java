package claudegateway;

import claudegateway.api.AgentFacts;
import claudegateway.chat.CliReports;
import claudegateway.json.Json;
import java.util.List;
import java.util.Optional;

/** What the handlers may say of the CLI: its version, and what it reported when it last began a turn. */
final class ReportedFacts implements AgentFacts {
  private final String version;
  private final CliReports reports;

  ReportedFacts(String version, CliReports reports) {
    this.version = version;
    this.reports = reports;
  }

  @Override
  public Optional<String> cliVersion() {
    return Optional.of(version);
  }

  @Override
  public List<String> tools() {
    return reports.init().array("tools").stream()
        .filter(Json.Str.class::isInstance).map(tool -> ((Json.Str) tool).value()).toList();
  }

  @Override
  public List<McpServer> mcpServers() {
    return reports.init().array("mcp_servers").stream().filter(Json.Obj.class::isInstance).map(Json.Obj.class::cast)
        .map(server -> {
          String name = server.string("name").orElse("");
          String prefix = "mcp__" + name + "__";
          return new McpServer(name, server.string("status").orElse("unknown"), Optional.empty(), Optional.empty(),
              tools().stream().filter(tool -> tool.startsWith(prefix))
                  .map(tool -> tool.substring(prefix.length())).toList());
        }).toList();
  }
}
