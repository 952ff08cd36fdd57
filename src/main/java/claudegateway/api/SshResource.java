package claudegateway.api;

import claudegateway.http.Exchange;
import claudegateway.http.HttpError;
import claudegateway.json.Json;
import java.util.List;

/** {@code /v1/ssh}: this gateway opens no SSH sessions, so there are none. */
final class SshResource {

  Json list(Exchange exchange) {
    return Json.object("sessions", List.of(), "active_count", 0);
  }

  Json close(Exchange exchange) {
    return Json.object("success", true, "message", "There is no SSH session to close");
  }

  Json refuse(Exchange exchange) {
    throw HttpError.notImplemented(
        "This gateway opens no SSH sessions; Claude Code works on the server's own files");
  }
}
