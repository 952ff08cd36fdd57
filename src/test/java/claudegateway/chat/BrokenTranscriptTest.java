package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.RealCli;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The CLI's record of a conversation is damaged, after a power loss say: the store has all of it. Both real CLIs. */
final class BrokenTranscriptTest {
  private enum Damage {
    EMPTY {
      @Override
      byte[] of(byte[] whole) {
        return new byte[0];
      }
    },
    NO_JSON {
      @Override
      byte[] of(byte[] whole) {
        return "\u0000\u0001 not a transcript".getBytes(StandardCharsets.UTF_8);
      }
    },
    NO_LAST_ANSWER {
      @Override
      byte[] of(byte[] whole) {
        String text = new String(whole, StandardCharsets.UTF_8);
        int answer = text.lastIndexOf("\"type\":\"assistant\"");
        return text.substring(0, text.lastIndexOf('\n', answer) + 1).getBytes(StandardCharsets.UTF_8);
      }
    },
    HALF_OF_ZEROS {
      @Override
      byte[] of(byte[] whole) {
        byte[] damaged = whole.clone();
        Arrays.fill(damaged, whole.length / 2, whole.length, (byte) 0);
        return damaged;
      }
    };

    abstract byte[] of(byte[] whole);
  }

  static Stream<Arguments> damages() {
    return RealCli.versions().flatMap(
        version -> Arrays.stream(Damage.values()).map(damage -> Arguments.of(version, damage)));
  }

  @ParameterizedTest
  @MethodSource("damages")
  void theConversationGoesOnWhole(String version, Damage damage) throws IOException {
    try (Engine engine = new Engine(version, 0)) {
      String session = engine.say("#say one").session();
      engine.say(session, "#say two");
      ProcessHandle process = engine.process(session);
      assertTrue(process.destroyForcibly());
      process.onExit().join();
      Path transcript = engine.transcript(session);
      Files.write(transcript, damage.of(Files.readAllBytes(transcript)));
      Engine.Said third = engine.say(session, "#say three");
      assertEquals("three", third.text(), third.toString());
      assertEquals(List.of("user: #say one", "assistant: one", "user: #say two", "assistant: two", "user: #say three"),
          new StubRecord(engine.stub).last(session, "#say three").lines());
      assertEquals("four", engine.say(session, "#say four").text());
    }
  }
}
