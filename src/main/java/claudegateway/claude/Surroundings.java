package claudegateway.claude;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a CLI finds when it starts in a folder and tells its conversation, whenever that begins: instructions (each
 * CLAUDE.md with what it imports, AGENTS.md, rules, its memory), settings, agents, skills and commands, the branch and
 * the last commits. A process that waits for its conversation knows them as they were; no control request makes it
 * read them again (found by experiment, 2.1.197 and 2.1.330).
 *
 * <p>Not looked at: the files that the CLI itself rewrites all the time ({@code ~/.claude.json}, the credentials), and
 * the changes that are not committed, see {@link ClaudeLauncher#uncommitted}. Files count as the same by time and size.
 *
 * <p>Any thread; blocks on the file system, for a millisecond or less where there are no large folders of skills.
 */
public final class Surroundings {
  private static final List<String> OF_A_FOLDER =
      List.of("CLAUDE.md", "AGENTS.md", "CLAUDE.local.md", ".mcp.json", ".git", ".claude");
  private static final List<String> OF_ITS_CLAUDE_FOLDER =
      List.of("CLAUDE.md", "settings.json", "settings.local.json");
  private static final List<String> OF_THE_USER =
      List.of("CLAUDE.md", "settings.json", "plugins/installed_plugins.json");
  private static final List<String> TREES = List.of("rules", "agents", "commands", "output-styles");

  /** For all systems; only one of them is there. */
  private static final List<Path> MANAGED =
      List.of(Path.of("/etc/claude-code"), Path.of("/Library/Application Support/ClaudeCode"));

  /** {@code @path} in an instruction file, at a word's beginning. */
  private static final Pattern IMPORT = Pattern.compile("(?<!\\S)@(\\S+)");

  /** A skill is a folder with a file in it, which names the others. */
  private static final int SKILLS_DEPTH = 1;

  private static final int TREE_DEPTH = 3;

  /** Of files that are looked at, together. */
  private static final int FILES_MAX = 2_000;

  /** Longer files are not searched for imports. */
  private static final long INSTRUCTIONS_MAX = 1 << 20;

  /** A folder is only there or not: its time changes for many reasons. */
  private record Stamp(long time, long length) {
    static Stamp of(File file, long time) {
      return file.isDirectory() ? new Stamp(0, 0) : new Stamp(time, file.length());
    }
  }

  private record Tree(File root, int depth) {}

  private final List<File> files;
  private final List<Tree> trees;
  private final Optional<Path> repository;
  private final Map<File, Stamp> seen;

  private Surroundings(List<File> files, List<Tree> trees, Optional<Path> repository) {
    this.files = files;
    this.trees = trees;
    this.repository = repository;
    this.seen = look();
  }

  /** @param environment the CLI's: it says where the user's files are */
  static Surroundings of(Path folder, Map<String, String> environment) {
    Path config = ClaudeEnvironment.configFolder(environment);
    Set<Path> files = new LinkedHashSet<>();
    List<Tree> trees = new ArrayList<>();
    Optional<Path> repository = Optional.empty();
    for (Path each = folder; each != null; each = each.getParent()) {
      OF_A_FOLDER.stream().map(each::resolve).forEach(files::add);
      Path claude = each.resolve(".claude");
      if (Files.isDirectory(claude)) {
        addClaudeFolder(claude, OF_ITS_CLAUDE_FOLDER, files, trees);
      }
      if (repository.isEmpty() && Files.exists(each.resolve(".git"))) {
        repository = Optional.of(each);
      }
    }
    addClaudeFolder(config, OF_THE_USER, files, trees);
    MANAGED.forEach(managed -> trees.add(new Tree(managed.toFile(), TREE_DEPTH)));
    files.add(Transcripts.folder(config, repository.orElse(folder)).resolve("memory/MEMORY.md"));
    repository.flatMap(Surroundings::gitFolder)
        .ifPresent(git -> Stream.of("HEAD", "logs/HEAD").map(git::resolve).forEach(files::add));
    Path home = ClaudeEnvironment.home(environment);
    for (Path file : List.copyOf(files)) {
      addImports(file, home, files);
    }
    return new Surroundings(files.stream().map(Path::toFile).toList(), trees, repository);
  }

  private static void addClaudeFolder(Path folder, List<String> names, Set<Path> files, List<Tree> trees) {
    names.stream().map(folder::resolve).forEach(files::add);
    TREES.forEach(tree -> trees.add(new Tree(folder.resolve(tree).toFile(), TREE_DEPTH)));
    trees.add(new Tree(folder.resolve("skills").toFile(), SKILLS_DEPTH));
  }

  /** A linked work tree has a file in its place, which names it. */
  private static Optional<Path> gitFolder(Path repository) {
    Path git = repository.resolve(".git");
    try {
      return Optional.of(Files.isDirectory(git) ? git
          : repository.resolve(Files.readString(git).strip().replaceFirst("^gitdir:\\s*", "")));
    } catch (IOException | IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  private static void addImports(Path file, Path home, Set<Path> files) {
    if (!file.toString().endsWith(".md") || !Files.isRegularFile(file)) {
      return;
    }
    for (Matcher named = IMPORT.matcher(text(file)); named.find() && files.size() < FILES_MAX; ) {
      String path = named.group(1);
      Path imported = file.resolveSibling(path.startsWith("~/") ? home + path.substring(1) : path).normalize();
      if (files.add(imported)) {
        addImports(imported, home, files);
      }
    }
  }

  /** "" when there is none: then the CLI cannot read it either. */
  private static String text(Path file) {
    try {
      return Files.size(file) > INSTRUCTIONS_MAX ? "" : Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException unreadable) {
      return "";
    }
  }

  /** Whether a process that starts now would find the same. */
  public boolean isAsBefore() {
    return look().equals(seen);
  }

  /** The folder whose changes the CLI tells too, this one or one above it. */
  public Optional<Path> repository() {
    return repository;
  }

  private Map<File, Stamp> look() {
    Map<File, Stamp> found = new HashMap<>();
    files.forEach(file -> look(file, found));
    trees.forEach(tree -> look(tree.root, tree.depth, found));
    return found;
  }

  private static void look(File file, Map<File, Stamp> found) {
    long time = file.lastModified();
    if (time != 0) {
      found.put(file, Stamp.of(file, time));
    }
  }

  private static void look(File folder, int depth, Map<File, Stamp> found) {
    File[] entries = folder.listFiles();
    if (entries == null) {
      return;
    }
    for (File entry : entries) {
      if (found.size() > FILES_MAX) {
        return;
      }
      if (entry.getName().endsWith(".md") || entry.getName().endsWith(".json")) {
        look(entry, found);
      } else if (depth > 0) {
        look(entry, depth - 1, found);
      }
    }
  }
}
