package claudegateway.chat;

import claudegateway.json.Json;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The identity of a conversation for clients that have no session id and resend everything: a chain of hashes,
 * rooted in who asks and in which project, then over each message that was given to the model (user messages and
 * tool results, not the answers, of which a client may hold only a part).
 *
 * <p>System prompts and tools are not part of it: when they change the conversation goes on.
 */
final class Lineage {
  /** 128 bits: nobody can make two that collide, within one credential, to any use. */
  private static final int BYTES = 16;

  private Lineage() {}

  static byte[] root(Caller caller, String projectId) {
    return digest(sha256(), new byte[0], "root", caller.owner(), projectId);
  }

  /**
   * The hash after each message: an answer leaves it as it is. Tool results between two answers count in the order
   * of their ids, because clients send them in any order.
   */
  static List<byte[]> chain(byte[] root, List<Message> messages) {
    // To get one costs more than to hash a message with it.
    MessageDigest sha = sha256();
    List<byte[]> hashes = new ArrayList<>(messages.size());
    byte[] hash = root;
    int i = 0;
    while (i < messages.size()) {
      if (messages.get(i).role() == Message.Role.TOOL) {
        int end = i;
        while (end < messages.size() && messages.get(end).role() == Message.Role.TOOL) {
          end++;
        }
        List<Message> results = new ArrayList<>(messages.subList(i, end));
        results.sort(Comparator.comparing(result -> result.toolCallId().orElse("")));
        for (Message result : results) {
          hash = after(sha, hash, result);
          hashes.add(hash);
        }
        i = end;
      } else {
        hash = messages.get(i).role() == Message.Role.ASSISTANT ? hash : after(sha, hash, messages.get(i));
        hashes.add(hash);
        i++;
      }
    }
    return hashes;
  }

  /**
   * What was asked and what was answered to it.
   *
   * @param messages neighbours in a history, its answer at their end
   * @param end where the last of them is in the history
   */
  record Exchange(List<Message> messages, int end) {
    Message answer() {
      return Message.answerOf(messages);
    }
  }

  /** Each ends at the last one of neighbouring assistant messages; what follows the last one has no answer. */
  static List<Exchange> exchanges(List<Message> history) {
    List<Exchange> exchanges = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < history.size(); i++) {
      if (history.get(i).role() == Message.Role.ASSISTANT
          && (i + 1 == history.size() || history.get(i + 1).role() != Message.Role.ASSISTANT)) {
        exchanges.add(new Exchange(history.subList(from, i + 1), i));
        from = i + 1;
      }
    }
    return exchanges;
  }

  /**
   * The hash of a conversation with its answers: equal ones are the same conversation word for word.
   *
   * @param before that of the turns before; empty for the first
   * @param lineage the chain's hash at this turn
   */
  static byte[] answered(Optional<byte[]> before, byte[] lineage, Message answer) {
    return answered(sha256(), before, lineage, answer);
  }

  /**
   * The same for all the turns that a client remembers.
   *
   * @param history ends with an answer
   * @param hashes its {@link #chain}
   */
  static byte[] answered(List<Message> history, List<byte[]> hashes) {
    MessageDigest sha = sha256();
    Optional<byte[]> answered = Optional.empty();
    for (Exchange exchange : exchanges(history)) {
      answered = Optional.of(answered(sha, answered, hashes.get(exchange.end), exchange.answer()));
    }
    return answered.orElseThrow();
  }

  private static byte[] answered(MessageDigest sha, Optional<byte[]> before, byte[] lineage, Message answer) {
    List<String> words = new ArrayList<>();
    words.add(answer.text().strip());
    words.addAll(calls(answer));
    byte[] both = new byte[2 * BYTES];
    before.ifPresent(hash -> System.arraycopy(hash, 0, both, 0, BYTES));
    System.arraycopy(lineage, 0, both, BYTES, BYTES);
    return digest(sha, both, words.toArray(String[]::new));
  }

  /**
   * The calls of an answer, each the same however it is written: clients read arguments and write them anew. One that
   * a person has changed, though, is another call.
   */
  static List<String> calls(Message answer) {
    return answer.calls().stream().map(call -> call.id() + " " + call.name() + " " + meaning(call.arguments())).toList();
  }

  private static String meaning(String arguments) {
    StringBuilder text = new StringBuilder();
    write(Blocks.arguments(arguments), text);
    return text.toString();
  }

  private static void write(Json value, StringBuilder text) {
    switch (value) {
      case Json.Obj object -> {
        text.append('{');
        new TreeMap<>(object.fields()).forEach((name, field) -> {
          text.append(Json.of(name).toText()).append(':');
          write(field, text);
          text.append(',');
        });
        text.append('}');
      }
      case Json.Arr array -> {
        text.append('[');
        array.items().forEach(item -> {
          write(item, text);
          text.append(',');
        });
        text.append(']');
      }
      case Json.Num(String literal) -> text.append(number(literal));
      case Json.Str _, Json.Bool _, Json.Null _ -> text.append(value.toText());
    }
  }

  /** 1.0 and 1 are the same in most languages that clients are written in. */
  private static String number(String literal) {
    try {
      return new BigDecimal(literal).stripTrailingZeros().toString();
    } catch (ArithmeticException | NumberFormatException huge) {
      return literal;
    }
  }

  private static byte[] after(MessageDigest sha, byte[] hash, Message message) {
    List<String> words = new ArrayList<>();
    words.add(message.role().name());
    words.add(message.toolCallId().orElse(""));
    for (Message.Part part : message.parts()) {
      switch (part) {
        case Message.Part.Text(String text) -> words.add("text " + text);
        case Message.Part.Image(String type, String base64) -> words.add("image " + type + " " + base64);
        case Message.Part.Document(String type, String data, _) -> words.add("document " + type + " " + data);
      }
    }
    return digest(sha, hash, words.toArray(String[]::new));
  }

  /** @param sha left as if it were new */
  private static byte[] digest(MessageDigest sha, byte[] before, String... words) {
    sha.update(before);
    for (String word : words) {
      byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
      sha.update(ByteBuffer.allocate(4).putInt(0, bytes.length));
      sha.update(bytes);
    }
    return Arrays.copyOf(sha.digest(), BYTES);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }
}
