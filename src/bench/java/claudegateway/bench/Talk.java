package claudegateway.bench;

import claudegateway.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A conversation with the gateway over one kept-alive connection. */
final class Talk implements Speaker, AutoCloseable {
  /** How the gateway is told which conversation it is. */
  enum Kind { SESSION_ID, RESENT_HISTORY, ALWAYS_NEW }

  private final Connection connection;
  private final Kind kind;
  private final List<Json> history = new ArrayList<>();
  private String sessionId = "";

  Talk(Connection connection, Kind kind) {
    this.connection = connection;
    this.kind = kind;
  }

  /** Words of an earlier conversation that the gateway does not know. */
  Talk remembering(List<Json> messages) {
    history.addAll(messages);
    return this;
  }

  @Override
  public Answer ask(String prompt, Answer.Listener listener) {
    Json question = Json.object("role", "user", "content", prompt);
    List<Json> messages = new ArrayList<>(kind == Kind.SESSION_ID && !sessionId.isEmpty() ? List.of() : history);
    messages.add(question);
    Json.Obj body = Json.object("stream", true, "messages", messages);
    if (kind == Kind.SESSION_ID && !sessionId.isEmpty()) {
      body = body.with("session_id", Json.of(sessionId));
    }
    StringBuilder words = new StringBuilder();
    Answer answer = new Answer(kind == Kind.RESENT_HISTORY ? (bytes, from, to, nanos) -> {
      words.append(new String(bytes, from, to - from, StandardCharsets.UTF_8));
      listener.delta(bytes, from, to, nanos);
    } : listener, whole -> {
      sessionId = whole.sessionId();
      if (kind == Kind.RESENT_HISTORY) {
        history.add(question);
        history.add(Json.object("role", "assistant", "content", words.toString()));
      }
    });
    byte[] request = Client.post("/v1/chat/completions", body.toBytes());
    answer.asked();
    connection.send(request, new EventReader(answer));
    return answer;
  }

  /** Deletes the last answer's session, and closes: a process that nobody needs any more is not quite idle. */
  void forget() throws InterruptedException {
    CompletableFuture<Integer> deleted = new CompletableFuture<>();
    connection.send(Client.delete("/v1/sessions/" + sessionId), new Connection.Whole() {
      @Override
      void whole(int status, int bytes) {
        deleted.complete(status);
      }

      @Override
      public void broken(String why) {
        deleted.completeExceptionally(new IllegalStateException(why));
      }
    });
    if (Speaker.await(deleted) / 100 != 2) {
      throw new IllegalStateException("the session " + sessionId + " was not deleted: " + deleted.join());
    }
    close();
  }

  @Override
  public void close() {
    connection.close();
  }
}
