package claudegateway.chat;

import claudegateway.json.Json;

/** What the CLI last told of itself; empty objects before it has spoken. Any thread. */
public final class CliReports {
  private volatile Json.Obj initialize = Json.Obj.EMPTY;
  private volatile Json.Obj init = Json.Obj.EMPTY;

  /** The answer to {@code initialize}: commands, models, account. */
  public Json.Obj initialize() {
    return initialize;
  }

  /** The last {@code system/init} line: tools, MCP servers, permission mode. */
  public Json.Obj init() {
    return init;
  }

  void initialized(Json.Obj answer) {
    initialize = answer;
  }

  void begun(Json.Obj line) {
    init = line;
  }
}
