package claudegateway.http;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** The one place where a failure becomes an answer. */
public final class Errors implements Filter {
  private static final Logger LOG = System.getLogger(Errors.class.getName());

  @Override
  public void filter(Exchange exchange, Handler next) {
    try {
      next.handle(exchange);
      if (!exchange.responded()) {
        throw new IllegalStateException("the handler answered nothing");
      }
    } catch (ClientGoneException gone) {
      throw gone;
    } catch (HttpError error) {
      answer(exchange, error);
    } catch (Throwable fault) {
      LOG.log(Level.ERROR, exchange.method() + " " + exchange.path() + " failed, request id "
          + exchange.requestId(), fault);
      answer(exchange, HttpError.internal(exchange.requestId()));
    }
  }

  /** Sends the error unless an answer has begun: then the broken connection is all that can be said. */
  static void answer(Exchange exchange, HttpError error) {
    if (exchange.responded()) {
      exchange.response().abandon();
      return;
    }
    error.headers().forEach(exchange::header);
    exchange.json(error.status(), error.toJson());
  }
}
