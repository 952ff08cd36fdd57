package claudegateway.demo;

import claudegateway.json.Json;

/** The API's one shape for errors. */
final class Errors {
  private Errors() {}

  static Json.Obj body(String type, String message) {
    return Json.object("type", "error", "error", Json.object("type", type, "message", message));
  }
}
