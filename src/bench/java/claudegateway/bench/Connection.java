package claudegateway.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/** One connection: requests go out whole, answers come in as they are cut. Answers are read on the client's thread. */
final class Connection implements AutoCloseable {
  private static final long FULL_PIPE_NANOS = 20_000;

  /** Who gets the answer; called on the client's thread. */
  interface Receiver {
    void head(int status);

    void body(byte[] bytes, int from, int to, long nanos);

    /** The answer is whole, and the connection free for the next request. */
    void end(long nanos);

    void broken(String why);
  }

  private enum State { HEAD, BODY, CHUNK_HEAD, CHUNK, CHUNK_END, LAST_CHUNK_END }

  private final SocketChannel channel;
  private final StringBuilder line = new StringBuilder();
  private volatile Receiver receiver;
  private State state = State.HEAD;
  private int status;
  private long left;
  private boolean chunked;

  Connection(SocketChannel channel) {
    this.channel = channel;
  }

  SocketChannel channel() {
    return channel;
  }

  /** Sends a whole request; the connection must be free. Any thread. */
  void send(byte[] request, Receiver to) {
    receiver = to;
    try {
      ByteBuffer rest = ByteBuffer.wrap(request);
      while (rest.hasRemaining()) {
        if (channel.write(rest) == 0) {
          LockSupport.parkNanos(FULL_PIPE_NANOS);
        }
      }
    } catch (IOException refused) {
      to.broken(refused.getMessage());
    }
  }

  void broken(String why) {
    Receiver waiting = receiver;
    if (waiting != null) {
      receiver = null;
      waiting.broken(why);
    }
  }

  void take(byte[] bytes, int count, long nanos) {
    int at = 0;
    while (at < count) {
      switch (state) {
        case HEAD, CHUNK_HEAD, CHUNK_END, LAST_CHUNK_END -> {
          byte c = bytes[at++];
          if (c != '\n') {
            line.append((char) c);
          } else {
            lineEnds(nanos);
          }
        }
        case BODY, CHUNK -> {
          int piece = (int) Math.min(left, count - at);
          receiver.body(bytes, at, at + piece, nanos);
          at += piece;
          left -= piece;
          if (left == 0) {
            if (state == State.CHUNK) {
              state = State.CHUNK_END;
            } else {
              ends(nanos);
            }
          }
        }
      }
    }
  }

  private void lineEnds(long nanos) {
    String text = line.toString().strip();
    line.setLength(0);
    switch (state) {
      case HEAD -> headLine(text, nanos);
      case CHUNK_HEAD -> {
        left = Long.parseLong(text, 16);
        state = left == 0 ? State.LAST_CHUNK_END : State.CHUNK;
      }
      case CHUNK_END -> state = State.CHUNK_HEAD;
      case LAST_CHUNK_END -> ends(nanos);
      case BODY, CHUNK -> throw new IllegalStateException("no line here");
    }
  }

  private void headLine(String text, long nanos) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (text.startsWith("HTTP/")) {
      status = Integer.parseInt(text.substring(9, 12));
      chunked = false;
      left = 0;
    } else if (lower.startsWith("content-length:")) {
      left = Long.parseLong(lower.substring(15).strip());
    } else if (lower.startsWith("transfer-encoding:")) {
      chunked = true;
    } else if (text.isEmpty()) {
      receiver.head(status);
      state = chunked ? State.CHUNK_HEAD : State.BODY;
      if (!chunked && left == 0) {
        ends(nanos);
      }
    }
  }

  private void ends(long nanos) {
    state = State.HEAD;
    Receiver done = receiver;
    receiver = null;
    done.end(nanos);
  }

  /** A receiver that wants nothing but to know that the answer is whole. */
  abstract static class Whole implements Receiver {
    private int status;
    private int length;

    abstract void whole(int answered, int bytes);

    @Override
    public void head(int answered) {
      status = answered;
      length = 0;
    }

    @Override
    public void body(byte[] bytes, int from, int to, long nanos) {
      length += to - from;
    }

    @Override
    public void end(long nanos) {
      whole(status, length);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException alreadyGone) {
      throw new java.io.UncheckedIOException(alreadyGone);
    }
  }
}
