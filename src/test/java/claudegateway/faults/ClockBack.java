package claudegateway.faults;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The wall clock is set back by a day in the middle of an answer, for the gateway only (libfaketime). */
final class ClockBack implements Fault {
  private static final String LIBRARY = "libfaketimeMT.so.1";

  @Override
  public String name() {
    return "system: the clock goes back a day";
  }

  @Override
  public void inject(Plan plan, Tally tally) throws Exception {
    Optional<Path> library = library();
    if (library.isEmpty()) {
      tally.skip("libfaketime is not installed");
      return;
    }
    Path offset = Files.writeString(Files.createTempFile("offset", ".txt"), "+0\n");
    try (GatewayProcess gateway = new GatewayProcess(null, Map.of("LD_PRELOAD", library.get().toString(),
        "FAKETIME_TIMESTAMP_FILE", offset.toString(), "FAKETIME_DONT_FAKE_MONOTONIC", "1", "DONT_FAKE_MONOTONIC", "1",
        "FAKETIME_CACHE_DURATION", "1"))) {
      gateway.start();
      try (Talk talk = gateway.talk()) {
        String session = talk.newSession("clock");
        talk.say(session, "#say first");
        Talk.Said during = talk.stream(session, "#tokens 300 10", text -> setBack(text, offset));
        tally.injected();
        if (!during.whole()) {
          tally.wrong("the running answer: " + during);
        }
        if (!talk.say(session, "#say last").content().equals("last")) {
          tally.stuck("the session after the clock was set");
        }
        List<String> stored = talk.messages(session);
        List<String> expected = List.of("user: #say first", "assistant: first", "user: #tokens 300 10",
            "assistant: " + during.text(), "user: #say last", "assistant: last");
        if (!stored.equals(expected)) {
          tally.lost("messages or their order: " + stored);
        }
      }
      gateway.stopAndLook(tally);
    } finally {
      Files.delete(offset);
    }
  }

  private static void setBack(String text, Path offset) {
    if (text.contains("w9 ")) {
      try {
        Files.writeString(offset, "-86400\n");
      } catch (java.io.IOException failed) {
        throw new java.io.UncheckedIOException(failed);
      }
    }
  }

  private static Optional<Path> library() throws java.io.IOException {
    Path lib = Path.of("/usr/lib");
    if (!Files.isDirectory(lib)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.find(lib, 3, (path, _) -> path.endsWith(LIBRARY))) {
      return files.findFirst();
    }
  }
}
