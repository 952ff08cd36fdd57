package claudegateway.chat;

import java.nio.file.Path;

/** Where a project's agent works. */
public interface Folders {
  /** The id of the project that requests work in which name none. */
  String DEFAULT = "default";

  /** A real path. Throws ChatException for an id that is no project's and can't become one. */
  Path folder(String projectId, Caller caller);
}
