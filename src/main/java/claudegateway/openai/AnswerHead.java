package claudegateway.openai;

import claudegateway.chat.Turn;
import claudegateway.json.JsonWriter;
import java.time.Instant;

/** What all chunks of an answer, or the whole answer, say alike. @param model the model that answers */
public record AnswerHead(String id, Instant created, String model, String sessionId, String projectId) {

  /**
   * @param model to be named until the turn's Started event names the one that really answers; for a stream
   *     that goes on after that event, the one that it named
   */
  public static AnswerHead of(Turn turn, String model) {
    return new AnswerHead(turn.id(), turn.created(), model, turn.sessionId(), turn.projectId());
  }

  AnswerHead withModel(String answering) {
    return new AnswerHead(id, created, answering, sessionId, projectId);
  }

  /** Opens the object and writes the four fields that every answer begins with. */
  JsonWriter open(String object) {
    return open(object, new JsonWriter());
  }

  JsonWriter open(String object, JsonWriter json) {
    return json.begin()
        .field("id", id)
        .field("object", object)
        .field("created", created.getEpochSecond())
        .field("model", model);
  }
}
