package claudegateway.api;

import claudegateway.http.Exchange;
import claudegateway.http.Handler;
import claudegateway.http.HttpError;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs an action that changes something once for all copies of a request, and answers them alike. */
final class Once {
  /** How long a copy waits for the first. */
  static final Duration WAIT_MAX = Duration.ofSeconds(120);

  private final DoubledRequests<byte[]> requests =
      new DoubledRequests<>(System::nanoTime, answer -> answer.length);
  private final Settings settings;

  Once(Settings settings) {
    this.settings = settings;
  }

  Handler of(Action action) {
    return exchange -> answer(exchange, action);
  }

  private void answer(Exchange exchange, Action action) throws Exception {
    RequestIdentity identity =
        RequestIdentity.of(exchange, ClientProfile.of(exchange, settings), exchange.body());
    DoubledRequests<byte[]>.Claim claim = requests.claim(identity.key(), identity.body(), identity.kind());
    if (claim.isFirst()) {
      first(exchange, action, claim);
    } else {
      exchange.giveBackToken();
      exchange.json(200, await(claim));
    }
  }

  private static void first(Exchange exchange, Action action, DoubledRequests<byte[]>.Claim claim)
      throws Exception {
    byte[] answer;
    try {
      answer = action.run(exchange).toBytes();
    } catch (Exception | Error failed) {
      claim.failed(failed);
      throw failed;
    }
    claim.value(answer);
    boolean delivered = false;
    try {
      exchange.json(200, answer);
      delivered = true;
    } finally {
      claim.answered(delivered, true);
    }
  }

  /** The first one's value; throws what the first one threw. */
  static <T> T await(DoubledRequests<T>.Claim claim) throws Exception {
    try {
      return claim.value().get(WAIT_MAX.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw failed;
    } catch (TimeoutException late) {
      throw HttpError.conflict("request_in_progress", "An equal request is still being answered")
          .retryAfter(Duration.ofSeconds(5));
    }
  }
}
