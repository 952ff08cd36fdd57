package claudegateway.claude;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.Git;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a CLI reads when it starts, and nothing else. */
final class SurroundingsTest {
  @TempDir
  private Path root;

  private Path home;
  private Path folder;

  @BeforeEach
  void folders() throws IOException {
    home = Files.createDirectories(root.resolve("home"));
    folder = Files.createDirectories(root.resolve("code/project"));
  }

  private Surroundings now() {
    return Surroundings.of(folder, Map.of("HOME", home.toString()));
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"code/project/CLAUDE.md", "code/project/AGENTS.md", "code/CLAUDE.md",
      "code/project/CLAUDE.local.md", "code/project/.claude/CLAUDE.md", "code/project/.claude/rules/deep/style.md",
      "code/project/.claude/settings.local.json", "code/project/.claude/agents/reviewer.md",
      "code/project/.claude/skills/draw/SKILL.md", "code/project/.claude/commands/fix.md", "code/project/.mcp.json",
      "home/.claude/CLAUDE.md", "home/.claude/settings.json", "home/.claude/agents/reviewer.md",
      "home/.claude/skills/draw/SKILL.md"})
  void whatIsAddedChangedOrRemovedIsSeen(String file) throws IOException {
    Surroundings without = now();
    assertTrue(without.isAsBefore());
    write(file, "one");
    assertFalse(without.isAsBefore(), "added");
    Surroundings with = now();
    assertTrue(with.isAsBefore());
    write(file, "other");
    assertFalse(with.isAsBefore(), "changed");
    Surroundings changed = now();
    Files.delete(root.resolve(file));
    assertFalse(changed.isAsBefore(), "removed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"code/project/README.md", "code/project/src/Main.java", "code/other/CLAUDE.md",
      "code/project/docs/CLAUDE.md", "home/.claude.json", "home/.claude/.credentials.json",
      "home/.claude/sessions/1.json", "home/.claude/projects/-code-project/1.jsonl",
      "home/.claude/skills/draw/deep/notes.md", "code/project/.git/index.lock"})
  void whatIsNotReadAtTheStartChangesNothing(String file) throws IOException {
    write("home/.claude/skills/draw/SKILL.md", "draw");
    Git.init(folder);
    Surroundings before = now();
    write(file, "new");
    assertTrue(before.isAsBefore());
  }

  @Test
  void whatInstructionsImportBelongsToThem() throws IOException {
    write("code/project/CLAUDE.md", "Read @docs/rules.md and @~/mine.md");
    write("code/project/docs/rules.md", "See @../more.md and @rules.md itself");
    write("code/project/more.md", "more");
    write("home/mine.md", "mine");
    for (String imported : new String[] {"home/mine.md", "code/project/more.md", "code/project/docs/rules.md"}) {
      Surroundings before = now();
      write(imported, "something else");
      assertFalse(before.isAsBefore(), imported);
    }
  }

  @Test
  void aRepositoryThatAppearsACommitAndAnotherBranchAreSeen() throws IOException {
    Surroundings plain = now();
    assertEquals(Optional.empty(), plain.repository());
    Git git = Git.init(folder.getParent());
    assertFalse(plain.isAsBefore());
    assertEquals(Optional.of(folder.getParent()), now().repository());
    write("code/project/Main.java", "class Main {}");
    Surroundings empty = now();
    git.commit("first");
    assertFalse(empty.isAsBefore());
    Surroundings first = now();
    git.run("status");
    assertTrue(first.isAsBefore());
    git.run("switch", "--quiet", "--create", "side");
    assertFalse(first.isAsBefore());
    git.run("worktree", "add", "--quiet", root.resolve("linked").toString(), "main");
    folder = root.resolve("linked");
    Surroundings linked = now();
    assertEquals(Optional.of(folder), linked.repository());
    new Git(folder).commit("second");
    assertFalse(linked.isAsBefore());
  }

  /** The CLI keeps one for all folders of a repository. */
  @Test
  void theMemoryOfARepositoryIsSeen() throws IOException {
    Git.init(folder.getParent());
    Surroundings before = now();
    String slug = folder.getParent().toString().replaceAll("[^A-Za-z0-9]", "-");
    write("home/.claude/projects/" + slug + "/memory/MEMORY.md", "- prefers tabs");
    assertFalse(before.isAsBefore());
  }
}
