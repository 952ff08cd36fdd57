package claudegateway.api;

import claudegateway.http.Handler;
import java.util.List;
import java.util.Optional;

/**
 * One line of the route table, with what its documentation needs.
 *
 * @param name unique; also OpenAPI's operationId and the route's name in logs
 * @param open served without a key
 * @param takes the schema of the request's body
 * @param answers the schema of the answer with that status; empty = not described, or no success at all
 * @param query names of the query's parameters
 * @param streams whether it answers with server-sent events, always or when asked to
 */
record Endpoint(
    String method,
    String pattern,
    String name,
    Group group,
    String summary,
    Handler handler,
    boolean open,
    int status,
    Optional<String> takes,
    Optional<String> answers,
    List<String> query,
    boolean streams) {

  enum Group { CHAT, MODELS, PROJECTS, SESSIONS, TOOLS, USAGE, SSH, SERVER }

  Endpoint(String method, String pattern, String name, Group group, String summary, Handler handler) {
    this(method, pattern, name, group, summary, handler, false, 200, Optional.empty(), Optional.empty(),
        List.of(),
        false);
  }

  Endpoint toEverybody() {
    return new Endpoint(method, pattern, name, group, summary, handler, true, status, takes, answers, query,
        streams);
  }

  Endpoint takes(String schema) {
    return new Endpoint(method, pattern, name, group, summary, handler, open, status, Optional.of(schema),
        answers,
        query, streams);
  }

  Endpoint answers(String schema) {
    return new Endpoint(method, pattern, name, group, summary, handler, open, status, takes,
        Optional.of(schema),
        query, streams);
  }

  /** Never a success: the answer has this status and is an error. */
  Endpoint refuses(int with) {
    return new Endpoint(method, pattern, name, group, summary, handler, open, with, takes,
        Optional.of("Error"),
        query, streams);
  }

  Endpoint query(String... names) {
    return new Endpoint(method, pattern, name, group, summary, handler, open, status, takes, answers,
        List.of(names), streams);
  }

  Endpoint streaming() {
    return new Endpoint(method, pattern, name, group, summary, handler, open, status, takes, answers, query,
        true);
  }
}
