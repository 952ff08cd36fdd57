package claudegateway.clients;

import static claudegateway.clients.Program.request;
import static claudegateway.clients.Program.result;
import static claudegateway.clients.Program.tools;
import static claudegateway.clients.Program.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.demo.Answered;
import claudegateway.demo.Usage;
import claudegateway.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tokens and cost are those that the model reported: of a turn, a session, a project, a model and a day; for
 * turns with tools, sub-agents and faults, stopped ones, and in process after process.
 */
final class UsageTest {
  /** Dollars per million tokens of input; output is five times that, writing a cache 1.25, reading a tenth. */
  private static final Map<String, Double> PRICES =
      Map.of("claude-opus-4-8", 5.0, "claude-sonnet-4-5-20250929", 3.0);

  /** @param cost in US dollars, of what the model said to its end: the CLI books nothing else */
  private record Sum(long input, long cached, long output, long reasoning, double cost) {
    static final Sum NONE = new Sum(0, 0, 0, 0, 0);

    static Sum of(Answered answer, String model) {
      Usage told = switch (answer.outcome()) {
        case COMPLETE -> answer.usage();
        // Of these only the beginning was told.
        case ABANDONED, DROPPED -> answer.usage().input() == 0 ? Usage.NONE
            : new Usage(answer.usage().input(), answer.usage().cacheCreation(),
                answer.usage().cacheRead(), 1, 0);
        case ERROR -> Usage.NONE;
      };
      double price = PRICES.get(model) / 1e6;
      double cost = answer.outcome() != Answered.Outcome.COMPLETE ? 0
          : price * (told.input() + 5 * told.output() + 1.25 * told.cacheCreation()
              + 0.1 * told.cacheRead());
      return new Sum(told.input() + told.cacheCreation() + told.cacheRead(), told.cacheRead(), told.output(),
          told.thinking(), cost);
    }

    Sum plus(Sum more) {
      return new Sum(input + more.input, cached + more.cached, output + more.output,
          reasoning + more.reasoning, cost + more.cost);
    }

    static Sum reported(Json.Obj usage) {
      return new Sum(usage.integer("prompt_tokens").orElseThrow(),
          usage.object("prompt_tokens_details").orElseThrow().integer("cached_tokens").orElseThrow(),
          usage.integer("completion_tokens").orElseThrow(),
          usage.object("completion_tokens_details").orElseThrow().integer("reasoning_tokens").orElseThrow(),
          usage.number("total_cost").orElseThrow());
    }

    static Sum listed(Json.Obj row) {
      return new Sum(row.integer("input_tokens").orElseThrow(), row.integer("cached_tokens").orElseThrow(),
          row.integer("output_tokens").orElseThrow(), row.integer("reasoning_tokens").orElseThrow(),
          row.number("total_cost").orElseThrow());
    }

    /** As a session tells of it. */
    String whole() {
      return input + " in, " + output + " out, " + Math.round(cost * 1e8);
    }

    /** The cost in millionths of a cent, so that sums in another order are equal. */
    @Override
    public String toString() {
      return input + " in, " + cached + " cached, " + output + " out, " + reasoning + " reasoning, "
          + Math.round(cost * 1e8);
    }
  }

  /** One conversation. */
  private static final class Talk {
    final String model;
    final String project;
    String session = "";
    Sum sum = Sum.NONE;
    int turns;

    Talk(String model, String project) {
      this.model = model;
      this.project = project;
    }
  }

  /** Plays talks by dice. */
  private static final class Play {
    final String version;
    final Program program;
    final Random random;
    final List<Talk> talks;

    Play(String version, Program program, long seed) {
      this.version = version;
      this.program = program;
      this.random = new Random(seed);
      String other = program.post("/v1/projects", Json.object("name", "other")).string("id").orElseThrow();
      this.talks = List.of(new Talk("claude-opus-4-8", other),
          new Talk("claude-sonnet-4-5-20250929", "default"), new Talk("claude-opus-4-8", "default"));
    }

    /** A usage that the model reports. */
    String usage(int thinking) {
      return "#usage " + random.nextInt(1, 5_000) + " " + random.nextInt(50) + " " + random.nextInt(900) + " "
          + random.nextInt(10, 400) + " " + thinking + "\n";
    }

    String usage() {
      return usage(random.nextInt(9));
    }

    void step(int kind) {
      Talk talk = talks.get(random.nextInt(talks.size()));
      String bash = usage() + "#bash echo hi\n#then\n";
      switch (kind) {
        case 0 -> ask(talk, usage() + "#think 2\n#say a b c");
        case 1 -> calls(talk);
        case 2 -> ask(talk, bash + bash.replace("hi", "on") + usage() + "#say done");
        case 3 -> ask(talk, usage() + "#call Agent " + Json.object("description", "d",
            "subagent_type", "general-purpose", "prompt",
            usage(0) + "#bash echo hi\n#then\n" + usage(0) + "#say sub").toText()
            + "\n#then\n" + usage() + "#say c");
        case 4 -> stopped(talk, usage() + "#tokens 300 20");
        case 5 -> stopped(talk, bash + usage() + "#tokens 300 20");
        case 6 -> ask(talk, bash + usage() + "#error 500 no");
        case 7 -> ask(talk, bash + usage() + "#drop 3");
        case 8 -> ask(talk, usage() + "#error 400 no");
        default -> program.restart();
      }
    }

    Answer ask(Talk talk, String prompt, Object... more) {
      return ask(talk, request(List.of(user(prompt)), more));
    }

    Answer ask(Talk talk, Json.Obj request) {
      int before = program.stub.answered().size();
      Answer answer = program.ask(to(talk, request));
      Sum told = account(talk, answer, before);
      if (answer.status() == 200) {
        assertEquals(told.toString(), Sum.reported(answer.usage()).toString());
      } else {
        guessed(talk, told);
      }
      return answer;
    }

    void calls(Talk talk) {
      Answer calls = ask(talk, usage() + "#call f {}\n#call f {\"a\":1}\n#then\n" + usage() + "#say done",
          "tools", tools("f"));
      List<Json.Obj> results = new ArrayList<>();
      calls.calls().forEach(call -> results.add(result(call.id(), "ok")));
      if (random.nextBoolean()) {
        program.restart();
      }
      assertEquals("done", ask(talk, request(results, "tools", tools("f"))).content());
    }

    void stopped(Talk talk, String prompt) {
      int before = program.stub.answered().size();
      Answer answer = program.stream(to(talk, request(List.of(user(prompt)))), chunk -> {
        if (chunk.toText().contains("w3 ")) {
          program.stop(chunk.string("id").orElseThrow());
        }
      });
      assertEquals("turn_interrupted", answer.error().string("code").orElseThrow());
      Sum told = account(talk, answer, before);
      guessed(talk, told);
    }

    /** Of a message that was broken off the newer versions book what was said of it, by a guess. */
    private void guessed(Talk talk, Sum told) {
      Json.Obj stored = (Json.Obj) messages(talk).getLast();
      assertEquals(told.input, stored.integer("input_tokens").orElseThrow());
      long guessed = stored.integer("output_tokens").orElseThrow() - told.output;
      if (version.equals("2.1.197")) {
        assertEquals(0, guessed);
      } else {
        assertTrue(guessed >= 0 && guessed < 100, guessed + " tokens");
        double cost = stored.number("cost").orElseThrow();
        assertTrue(cost >= told.cost - 1e-9, cost + " dollars");
        talk.sum = talk.sum.plus(new Sum(0, 0, guessed, 0, cost - told.cost));
      }
    }

    private static Json.Obj to(Talk talk, Json.Obj request) {
      Json.Obj full = request.with("model", Json.of(talk.model)).with("project_id", Json.of(talk.project));
      return talk.session.isEmpty() ? full : full.with("session_id", Json.of(talk.session));
    }

    /** What the model has reported since. */
    private Sum account(Talk talk, Answer answer, int before) {
      talk.session = answer.session();
      talk.turns++;
      List<Answered> answered = program.stub.awaitAnswered(
          all -> all.size() == program.stub.received().size(), Program.PATIENCE);
      Sum told = Sum.NONE;
      for (Answered each : answered.subList(before, answered.size())) {
        told = told.plus(Sum.of(each, talk.model));
      }
      talk.sum = talk.sum.plus(told);
      return told;
    }

    void assertSums(String when) {
      Map<String, Sum> models = new TreeMap<>();
      Map<String, Sum> projects = new TreeMap<>();
      Sum all = Sum.NONE;
      long turns = 0;
      for (Talk talk : talks) {
        if (talk.turns > 0) {
          models.merge(talk.model, talk.sum, Sum::plus);
          projects.merge(talk.project, talk.sum, Sum::plus);
          all = all.plus(talk.sum);
          turns += talk.turns;
          assertEquals(talk.sum.whole(), stored(talk), when);
        }
      }
      Json.Obj stats = program.get("/v1/usage/stats");
      assertEquals(turns, stats.integer("turns_count").orElseThrow(), when);
      assertEquals(models.toString(), listed(stats, "by_model", "model").toString(), when);
      assertEquals(projects.toString(), listed(stats, "by_project", "project_id").toString(), when);
      Sum days = listed(stats, "by_day", "day").values().stream().reduce(Sum.NONE, Sum::plus);
      assertEquals(all.toString(), days.toString(), when);
    }

    /** Of a session's messages, and of the session itself. */
    private String stored(Talk talk) {
      Sum sum = Sum.NONE;
      for (Json item : messages(talk)) {
        Json.Obj message = (Json.Obj) item;
        sum = sum.plus(new Sum(message.integer("input_tokens").orElseThrow(), 0,
            message.integer("output_tokens").orElseThrow(), 0, message.number("cost").orElseThrow()));
      }
      Json.Obj session = program.get("/v1/sessions/" + talk.session);
      assertEquals(sum.input + sum.output, session.integer("total_tokens").orElseThrow());
      assertEquals(sum.cost, session.number("total_cost").orElseThrow(), 1e-9);
      return sum.whole();
    }

    private List<Json> messages(Talk talk) {
      return program.get("/v1/sessions/" + talk.session + "/messages?limit=1000").array("data");
    }

    private static Map<String, Sum> listed(Json.Obj stats, String list, String key) {
      Map<String, Sum> sums = new TreeMap<>();
      for (Json row : stats.array(list)) {
        sums.put(((Json.Obj) row).string(key).orElseThrow(), Sum.listed((Json.Obj) row));
      }
      return sums;
    }
  }

  @ParameterizedTest
  @CsvSource({"2.1.197,1", "2.1.330,3"})
  void sumsAreWhatTheModelReported(String version, long seed) {
    try (Program program = new Program(version)) {
      Play play = new Play(version, program, seed);
      for (int kind = 0; kind <= 9; kind++) {
        play.step(kind);
        play.assertSums("after kind " + kind);
      }
      for (int step = 0; step < 15; step++) {
        int kind = play.random.nextInt(10);
        play.step(kind);
        play.assertSums("seed " + seed + ", step " + step + " of kind " + kind);
      }
    }
  }
}
