package claudegateway.bench;

import java.util.Arrays;

/** Cuts what a CLI prints, copied by somebody else, into an {@link Answer}'s deltas. */
final class CliLines implements Connection.Receiver {
  private final Answer answer;
  private byte[] line = new byte[4 << 10];
  private int length;
  private boolean whole;

  CliLines(Answer answer) {
    this.answer = answer;
  }

  @Override
  public void head(int status) {}

  @Override
  public void body(byte[] bytes, int from, int to, long nanos) {
    if (length + to - from > line.length) {
      line = Arrays.copyOf(line, 2 * (length + to - from));
    }
    System.arraycopy(bytes, from, line, length, to - from);
    int begin = 0;
    int end = length + to - from;
    for (int i = length; i < end; i++) {
      if (line[i] == '\n') {
        whole |= BareCli.hear(answer, line, begin, i, nanos);
        begin = i + 1;
      }
    }
    length = end - begin;
    System.arraycopy(line, begin, line, 0, length);
  }

  @Override
  public void end(long nanos) {
    if (whole) {
      answer.ended();
    } else {
      answer.failed("the copied answer has no end");
    }
  }

  @Override
  public void broken(String why) {
    answer.failed(why);
  }
}
