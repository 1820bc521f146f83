package io.memflow.cli.command;

import io.memflow.cli.arguments.Arguments;
import io.memflow.cli.arguments.CommandSyntax;
import io.memflow.cli.session.ExitStatus;
import io.memflow.cli.session.Session;
import java.io.IOException;

/** One command of the program. Stateless. */
public interface Command {
    CommandSyntax syntax();

    /**
     * Carries it out.
     *
     * @throws io.memflow.core.error.MemflowException when the target cannot be opened or read
     * @throws io.memflow.cli.arguments.UsageException when the arguments do not fit together
     * @throws IOException when the output cannot be written
     */
    ExitStatus run(Arguments arguments, Session session) throws IOException;
}
