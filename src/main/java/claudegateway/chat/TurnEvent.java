package claudegateway.chat;

import claudegateway.json.Json;
import claudegateway.json.Slice;
import java.util.List;

/**
 * What a turn says, in order. A log ends with exactly one {@link Finished} or {@link Failed}.
 *
 * <p>Slices are the insides of JSON string literals, as the CLI wrote them: no lone surrogate, never cut inside
 * an escape or a character.
 */
public sealed interface TurnEvent {

  /** The model has begun to answer; before this a failure can still be an HTTP status. */
  record Started(String model) implements TurnEvent {}

  record Text(Slice json) implements TurnEvent {}

  record Thinking(Slice json) implements TurnEvent {}

  /** A call of one of the client's own functions begins. @param index 0, 1, … within the turn */
  record ToolCall(int index, String id, String name) implements TurnEvent {}

  /** A fragment of that call's arguments (JSON text, here as the inside of a string literal). */
  record ToolArguments(int index, Slice json) implements TurnEvent {}

  /**
   * What the agent does by itself, for those who ask for it.
   *
   * @param kind tool_use, tool_result, progress, subagent, todo, permission_denied, retry
   * @param detail the fields of the vendor extension's event beside its type
   */
  record Activity(String kind, Json.Obj detail) implements TurnEvent {
    /** About as many bytes as it holds. */
    int size() {
      return size(detail);
    }

    private static int size(Json value) {
      return switch (value) {
        case Json.Obj object -> object.fields().entrySet().stream()
            .mapToInt(field -> field.getKey().length() + size(field.getValue())).sum();
        case Json.Arr array -> array.items().stream().mapToInt(Activity::size).sum();
        case Json.Str text -> text.value().length();
        case Json.Num _, Json.Bool _, Json.Null _ -> 8;
      };
    }
  }

  /** @param denials what the agent was not allowed to do: {@code {tool_name, tool_use_id, message}} objects */
  record Finished(FinishReason reason, Usage usage, List<Json.Obj> denials) implements TurnEvent {
    public Finished {
      denials = List.copyOf(denials);
    }
  }

  record Failed(Failure failure) implements TurnEvent {}

  /**
   * All text until here does not count: the answer was not as the client wants it, and the model writes it
   * again. Whoever has shown that text already cannot go on.
   *
   * @param failure what a stream that has shown it ends with
   */
  record Withdrawn(Failure failure) implements TurnEvent {
    static final Withdrawn SCHEMA = new Withdrawn(Failure.of(Failure.Kind.SCHEMA_NOT_OBEYED,
        "The answer does not obey the schema, and the model writes it again, which a stream cannot. "
            + "Ask for it without \"stream\"."));
  }

  /** Its piece of a longer text; empty when it is none. */
  default Slice piece() {
    return switch (this) {
      case Text(Slice json) -> json;
      case Thinking(Slice json) -> json;
      case ToolArguments(_, Slice json) -> json;
      case Started _, ToolCall _, Activity _, Withdrawn _, Finished _, Failed _ -> Slice.EMPTY;
    };
  }

  /** Whether a stream of chunks is over with it. */
  default boolean endsStream() {
    return isLast() || this instanceof Withdrawn;
  }

  default boolean isLast() {
    return this instanceof Finished || this instanceof Failed;
  }
}
