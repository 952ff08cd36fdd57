package claudegateway;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Tells systemd that the program is ready, where it runs as a service of {@code Type=notify} (sd_notify(3)). */
final class ServiceNotice {
  private static final int SECONDS_MAX = 5;

  private ServiceNotice() {}

  /** Java has no datagrams over unix sockets, so systemd's own program says it. Without systemd, nothing happens. */
  static void ready(Map<String, String> environment) throws InterruptedException {
    if (!environment.containsKey("NOTIFY_SOCKET")) {
      return;
    }
    try {
      Process notice = new ProcessBuilder("systemd-notify", "--ready")
          .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
      if (!notice.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
        notice.destroyForcibly();
      }
    } catch (IOException missing) {
      System.getLogger(ServiceNotice.class.getName()).log(System.Logger.Level.WARNING,
          "systemd waits for word of this service, but systemd-notify does not run: {0}", missing.getMessage());
    }
  }
}
