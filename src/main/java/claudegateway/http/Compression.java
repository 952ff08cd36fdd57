package claudegateway.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Gzips whole JSON answers for clients that accept it. Streams never: their events would wait. */
final class Compression implements Filter {
  /** Smaller ones fit one packet anyway. */
  static final int SIZE_MIN = 1_400;

  @Override
  public void filter(Exchange exchange, Handler next) throws Exception {
    exchange.onSend(Compression::compress);
    next.handle(exchange);
  }

  private static Reply compress(Exchange exchange, Reply reply) {
    if (!reply.isJson() || reply.body().length < SIZE_MIN) {
      return reply;
    }
    exchange.addToHeader("Vary", "Accept-Encoding");
    if (!accepts(exchange.header("Accept-Encoding").orElse(""))) {
      return reply;
    }
    exchange.header("Content-Encoding", "gzip");
    return new Reply(reply.status(), reply.contentType(), gzip(reply.body()));
  }

  private static byte[] gzip(byte[] body) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream(body.length / 3);
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed, 8 << 10) {
      {
        def.setLevel(Deflater.BEST_SPEED);
      }
    }) {
      gzip.write(body);
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory failed", impossible);
    }
    return packed.toByteArray();
  }

  /** Whether gzip or * is listed, and not with the weight 0. */
  private static boolean accepts(String list) {
    for (String item : list.toLowerCase(Locale.ROOT).split(",")) {
      String[] parts = item.split(";", 2);
      String name = parts[0].strip();
      if (name.equals("gzip") || name.equals("*")) {
        return parts.length == 1 || !parts[1].replace(" ", "").matches("q=0(\\.0*)?");
      }
    }
    return false;
  }
}
