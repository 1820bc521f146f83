package io.memflow.guest;

import java.util.List;

/**
 * A process that a guest was made to run, so that somebody can check that exactly it was found. Immutable.
 *
 * @param name what the kernel calls it ({@code comm})
 * @param uid its user
 * @param commandLine its arguments, the program first
 * @param environment entries its environment has, in the form {@code NAME=value}
 */
public record PlantedProcess(String name, int uid, List<String> commandLine, List<String> environment) {
    public PlantedProcess {
        commandLine = List.copyOf(commandLine);
        environment = List.copyOf(environment);
    }
}
