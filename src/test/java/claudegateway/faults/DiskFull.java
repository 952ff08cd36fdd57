package claudegateway.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The data directory is a small tmpfs, mounted where only the gateway sees it, and something else fills it up. */
final class DiskFull implements Fault {
  private static final String MOUNT = "mount -t tmpfs -o size=16m none \"$1\" && shift && exec \"$@\"";

  @Override
  public String name() {
    return "system: the disk is full";
  }

  @Override
  public void inject(Plan plan, Tally tally) throws Exception {
    Process mayMount = new ProcessBuilder("unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt").start();
    if (!mayMount.waitFor(10, TimeUnit.SECONDS) || mayMount.exitValue() != 0) {
      tally.skip("this user may not mount a tmpfs in a namespace of its own (unshare -m)");
      return;
    }
    try (GatewayProcess gateway = new GatewayProcess(null, java.util.Map.of())) {
      Files.createDirectories(gateway.data());
      gateway.under("unshare", "-m", "sh", "-c", MOUNT, "sh", gateway.data().toString());
      gateway.start();
      Path seen = Path.of("/proc", Long.toString(gateway.pid()), "root" + gateway.data());
      try (Talk talk = gateway.talk()) {
        for (int i = 0; i < plan.times(2, 10); i++) {
          round(talk, seen.resolve("filler"), tally);
        }
      }
      gateway.stopAndLook(tally);
    }
  }

  private static void round(Talk talk, Path filler, Tally tally) throws Exception {
    String session = talk.newSession("full");
    talk.say(session, "#say before");
    AtomicBoolean full = new AtomicBoolean();
    Talk.Said during = talk.stream(session, "#tokens 300 10", text -> {
      if (!text.isEmpty() && full.compareAndSet(false, true)) {
        fill(filler);
      }
    });
    tally.injected();
    Talk.Answer refused = talk.sayWhenFree(session, "#say " + "while it is full ".repeat(2_000));
    int unwell = talk.get("/health").status();
    Files.delete(filler);
    if (unwell != 503) {
      tally.wrong("/health while the disk was full: " + unwell);
    }
    if (refused.status() == 200) {
      tally.note("32 KiB still fitted on the full disk");
    } else if (refused.status() != 503) {
      tally.wrong("a message while the disk was full: " + refused);
    }
    Talk.Answer after = talk.sayWhenFree(session, "#say after");
    if (!after.content().equals("after")) {
      tally.stuck("the session after the disk was full: " + after);
    }
    int well = talk.get("/health").status();
    if (well != 200) {
      tally.wrong("/health when the disk had room again: " + well);
    }
    var stored = talk.messages(session);
    if (during.whole() && !stored.contains("assistant: " + during.text())) {
      tally.lost("a whole answer that was sent while the disk was full");
    }
    if (!stored.contains("assistant: before") || !stored.contains("user: #say before")) {
      tally.lost("what was said before the disk was full");
    }
    tally.note("the running answer: " + (during.whole() ? "whole, and stored" : "error " + during.error())
        + "; a new message: " + refused.status() + " " + refused.code());
  }

  private static void fill(Path file) {
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int bytes = 64 << 10; bytes > 0; bytes /= 2) {
        fillBy(out, bytes);
      }
    } catch (IOException full) {
      return;
    }
  }

  private static void fillBy(OutputStream out, int bytes) {
    try {
      while (true) {
        out.write(new byte[bytes]);
      }
    } catch (IOException full) {
      return;
    }
  }
}
