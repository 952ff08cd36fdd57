package claudegateway.chat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

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
    return digest(new byte[0], "root", caller.owner(), projectId);
  }

  /**
   * The hash after each message: an answer leaves it as it is. Tool results between two answers count in the order
   * of their ids, because clients send them in any order.
   */
  static List<byte[]> chain(byte[] root, List<Message> messages) {
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
          hash = after(hash, result);
          hashes.add(hash);
        }
        i = end;
      } else {
        hash = messages.get(i).role() == Message.Role.ASSISTANT ? hash : after(hash, messages.get(i));
        hashes.add(hash);
        i++;
      }
    }
    return hashes;
  }

  /**
   * The hash of a conversation with its answers: equal ones are the same conversation word for word.
   *
   * @param before that of the turns before; empty for the first
   * @param lineage the chain's hash at this turn
   */
  static byte[] answered(Optional<byte[]> before, byte[] lineage, Message answer) {
    List<String> words = new ArrayList<>();
    words.add(answer.text().strip());
    answer.calls().forEach(call -> words.add(call.id()));
    byte[] both = new byte[2 * BYTES];
    before.ifPresent(hash -> System.arraycopy(hash, 0, both, 0, BYTES));
    System.arraycopy(lineage, 0, both, BYTES, BYTES);
    return digest(both, words.toArray(String[]::new));
  }

  private static byte[] after(byte[] hash, Message message) {
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
    return digest(hash, words.toArray(String[]::new));
  }

  private static byte[] digest(byte[] before, String... words) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(before);
      for (String word : words) {
        byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
        sha.update(ByteBuffer.allocate(4).putInt(0, bytes.length));
        sha.update(bytes);
      }
      return java.util.Arrays.copyOf(sha.digest(), BYTES);
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }
}
