package claudegateway.api;

import claudegateway.chat.ChatException;
import claudegateway.http.Exchange;
import claudegateway.http.Filter;
import claudegateway.http.Handler;
import claudegateway.http.HttpError;
import claudegateway.openai.ErrorMapping;
import claudegateway.openai.InvalidRequest;
import claudegateway.openai.WireError;
import claudegateway.store.StoreException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;

/** Makes what the rooms below throw an HTTP error. The innermost filter, around all handlers. */
public final class DomainErrors implements Filter {
  private static final System.Logger LOG = System.getLogger(DomainErrors.class.getName());

  @Override
  public void filter(Exchange exchange, Handler next) throws Exception {
    try {
      next.handle(exchange);
    } catch (InvalidRequest invalid) {
      throw of(invalid.error());
    } catch (ChatException refused) {
      throw of(ErrorMapping.ofResource(refused.failure()));
    } catch (StoreException failed) {
      throw of(failed);
    }
  }

  static HttpError of(WireError error) {
    HttpError http = HttpError.of(error.status(), error.type(), error.code(), error.message());
    if (error.param().isPresent()) {
      http = http.param(error.param().get());
    }
    for (Map.Entry<String, String> header : error.headers().entrySet()) {
      http = http.header(header.getKey(), header.getValue());
    }
    return http;
  }

  /** The store's own message names files and is for the operator. */
  private static HttpError of(StoreException failed) {
    LOG.log(Level.ERROR, "a request failed: " + failed.getMessage(), failed);
    return switch (failed.kind()) {
      case BUSY, LOCKED, CLOSED -> HttpError.unavailable(
          "storage_busy", "The database is busy; try again in a moment", Duration.ofSeconds(2));
      case FULL, UNWRITABLE, CORRUPT -> HttpError.of(503, "service_unavailable", "storage_unavailable",
          "The server cannot write its database; its log says why").shouldRetry(false);
      case NOT_OURS, NEWER, FAILED -> HttpError.of(500, "internal_error", "storage_failed",
          "The server's database failed; its log says why").shouldRetry(false);
    };
  }
}
