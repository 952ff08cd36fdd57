package claudegateway.claude;

import claudegateway.json.JsonException;
import java.lang.module.ModuleDescriptor.Version;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which models there are, and which of them a client means by a name.
 *
 * <p>Three sources: a models file of the user's is the whole truth where there is one; else what the CLI
 * listed when it was initialized, over our own resource. Immutable: whoever learns more swaps the whole
 * catalogue.
 */
public final class ModelCatalogue {
  /** Marks the variant of a model with a context of a million tokens, in the CLI's names. */
  private static final String LONG_CONTEXT = "[1m]";

  /** At the end of an id; what a client means does not depend on it. */
  private static final Pattern DATE = Pattern.compile("-(\\d{8}|latest|0)$");

  private final List<Model> models;
  private final Map<String, String> aliases;
  private final String defaultName;
  private final boolean fromUser;

  /**
   * One model.
   *
   * @param maxTokens the most output tokens that it can be asked for
   * @param price empty when nobody said
   * @param retired from this day (UTC) on its provider refuses it
   * @param servedBy the id or alias of the model that answers in its place from then on
   * @param sinceCli the oldest version of the CLI that is known to speak to it rightly
   */
  public record Model(
      String id,
      String name,
      String description,
      long maxTokens,
      Optional<Price> price,
      boolean streaming,
      boolean tools,
      boolean vision,
      Thinking thinking,
      Sampling sampling,
      Optional<LocalDate> retired,
      Optional<String> servedBy,
      Optional<String> sinceCli) {

    /** The tier that its id names; empty for none of ours. */
    public Optional<Tier> tier() {
      return Tier.of(id);
    }
  }

  /** US dollars for 1,000 tokens. */
  public record Price(double inputPer1k, double outputPer1k) {}

  /** How a model thinks. */
  public enum Thinking {
    NONE,
    /** Within a budget of tokens, or not at all. */
    BUDGET,
    /** As much as it finds right; can be switched off. */
    ADAPTIVE,
    /** As ADAPTIVE, but a request that switches it off is refused. */
    ALWAYS
  }

  /** Whether a model takes temperature, top_p and top_k; the newest ones refuse them. */
  public enum Sampling { NONE, ANY }

  public enum Tier {
    HAIKU,
    SONNET,
    OPUS,
    FABLE;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The tier whose word stands in a model's name. */
    static Optional<Tier> of(String name) {
      List<String> words = List.of(name.split("[^a-z0-9]+"));
      return Stream.of(values()).filter(tier -> words.contains(tier.word)).findFirst();
    }
  }

  /**
   * One line of what the CLI's answer to {@code initialize} lists.
   *
   * @param value what {@code --model} takes
   */
  public record CliModel(String value, String resolvedModel, String displayName, String description) {}

  ModelCatalogue(List<Model> models, Map<String, String> aliases, String defaultName, boolean fromUser) {
    this.models = List.copyOf(models);
    this.aliases = Map.copyOf(aliases);
    this.defaultName = defaultName;
    this.fromUser = fromUser;
    if (models.isEmpty()) {
      throw new JsonException("the models file lists no model");
    }
    require("default_model", this.aliases.getOrDefault(defaultName, defaultName));
    aliases.forEach((name, id) -> require("aliases." + name, id));
  }

  /**
   * The catalogue before the CLI has spoken: our resource without the models that this version of the CLI
   * does not know yet.
   *
   * @param cliVersion as {@code claude --version} says it; all models when there is no number in it
   * @param today retired models are served by others
   */
  public static ModelCatalogue builtIn(String cliVersion, LocalDate today) {
    ModelCatalogue all = ModelCatalogueFile.builtIn(today);
    Version cli = version(cliVersion.replaceFirst("[^0-9.].*$", ""));
    return new ModelCatalogue(
        all.models.stream().filter(model -> !isNewerThan(cli, model)).toList(), all.aliases, all.defaultName,
        false);
  }

  /** A user's file (see {@link ModelCatalogueFile}); throws JsonException naming what is wrong in it. */
  public static ModelCatalogue ofUser(byte[] file, LocalDate today) {
    return ModelCatalogueFile.ofUser(file, today);
  }

  /**
   * With another default; throws IllegalArgumentException, saying what there is, when the name means no
   * model.
   */
  public ModelCatalogue withDefault(String name) {
    String known = find(name).isPresent() ? name : resolve(name).map(Model::id).orElseThrow(() ->
        new IllegalArgumentException("\"" + name + "\" is none of the models: " + String.join(", ", ids())));
    return new ModelCatalogue(models, aliases, known, fromUser);
  }

  /** With what the CLI lists. A user's file stays as it is. */
  public ModelCatalogue withCliModels(List<CliModel> listed) {
    if (fromUser) {
      return this;
    }
    Map<String, Model> byId = new LinkedHashMap<>();
    models.forEach(model -> byId.put(model.id(), model));
    Map<String, String> names = new LinkedHashMap<>(aliases);
    for (CliModel line : listed) {
      if (!line.value().equals("default")) {
        byId.computeIfAbsent(line.resolvedModel(), id -> modelOf(line));
        if (!line.value().equals(line.resolvedModel())) {
          names.put(line.value(), line.resolvedModel());
        }
      }
    }
    return new ModelCatalogue(List.copyOf(byId.values()), names, defaultName, false);
  }

  /** All models, the newest first as the source has them. */
  public List<Model> models() {
    return models;
  }

  public List<String> ids() {
    return models.stream().map(Model::id).toList();
  }

  /** The model with exactly this id or alias, or the newest of a tier ("opus"); a retired one as itself. */
  public Optional<Model> find(String name) {
    return exact(name)
        .or(() -> Optional.ofNullable(aliases.get(name)).flatMap(id -> exact(id).or(() -> bareTier(id))))
        .or(() -> bareTier(name));
  }

  /** The model that answers a request which names none. */
  public Model defaultModel() {
    return serving(find(defaultName).orElseThrow());
  }

  /**
   * The model that answers for a name: by id, alias, id without its date, tier (the newest of it), else the
   * default when the name is like one of Claude's. Empty for a name of no Claude model. A retired model is
   * answered for by another, so the result's id may differ from the name.
   */
  public Optional<Model> resolve(String name) {
    return find(name).or(() -> guess(normalized(name))).map(this::serving);
  }

  private Optional<Model> guess(String name) {
    return find(name)
        .or(() -> models.stream()
            .filter(model -> withoutDate(model.id()).equals(withoutDate(name))).findFirst())
        .or(() -> Tier.of(name).flatMap(this::newest))
        .or(() -> name.startsWith("claude-instant") ? newest(Tier.HAIKU) : Optional.empty())
        .or(() -> isClaude(name) ? Optional.of(defaultModel()) : Optional.empty());
  }

  private static boolean isClaude(String name) {
    return name.equals("claude") || name.startsWith("claude-") || name.equals("default")
        || Tier.of(name).isPresent();
  }

  private void require(String place, String name) {
    if (exact(name).or(() -> bareTier(name)).isEmpty()) {
      throw new JsonException(place + ": \"" + name + "\" is none of the models: "
          + String.join(", ", ids()));
    }
  }

  private Optional<Model> exact(String id) {
    return models.stream().filter(model -> model.id().equals(id)).findFirst();
  }

  private Optional<Model> bareTier(String name) {
    return Tier.of(name).filter(tier -> tier.word.equals(name)).flatMap(this::newest);
  }

  /**
   * The tier's alias where there is one (the CLI knows best), else its highest version that is not retired.
   */
  private Optional<Model> newest(Tier tier) {
    return Optional.ofNullable(aliases.get(tier.word)).flatMap(this::exact).or(() -> models.stream()
        .filter(model -> model.servedBy().isEmpty() && !model.id().endsWith(LONG_CONTEXT))
        .filter(model -> model.tier().equals(Optional.of(tier)))
        .max(Comparator.comparing(model -> version(model.id()))));
  }

  private Model serving(Model model) {
    return model.servedBy().flatMap(this::find).orElse(model);
  }

  /** A line that we know nothing else about; the long variant of a model that we know is that model. */
  private Model modelOf(CliModel line) {
    String id = line.resolvedModel();
    if (id.endsWith(LONG_CONTEXT)) {
      Optional<Model> base = exact(id.substring(0, id.length() - LONG_CONTEXT.length()));
      if (base.isPresent()) {
        Model m = base.get();
        return new Model(id, m.name() + " (1M context)", m.description(), m.maxTokens(), m.price(),
            m.streaming(),
            m.tools(), m.vision(), m.thinking(), m.sampling(), m.retired(), m.servedBy(), m.sinceCli());
      }
    }
    return new Model(id, line.displayName(), line.description(), ModelCatalogueFile.MAX_TOKENS_DEFAULT,
        Optional.empty(), true, true, true, Thinking.ADAPTIVE, Sampling.NONE, Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static boolean isNewerThan(Version cli, Model model) {
    return !cli.equals(version(""))
        && model.sinceCli().filter(since -> version(since).compareTo(cli) > 0).isPresent();
  }

  /** As other gateways write it, {@code anthropic/claude-sonnet-4.5}, in our way. */
  private static String normalized(String name) {
    String lower = name.strip().toLowerCase(Locale.ROOT);
    return lower.substring(lower.lastIndexOf('/') + 1).replace('.', '-');
  }

  private static String withoutDate(String id) {
    return DATE.matcher(id).replaceFirst("");
  }

  /** The numbers in a version, or in an id before its date: {@code claude-opus-4-8} is 4, 8. */
  private static Version version(String id) {
    List<String> numbers = new ArrayList<>(List.of("0"));
    for (String word : withoutDate(id).split("[^0-9]+")) {
      if (!word.isEmpty()) {
        numbers.add(word);
      }
    }
    return Version.parse(String.join(".", numbers));
  }
}
