package io.memflow.os.windows.symbol;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.plugin.ArgumentDescription;
import io.memflow.core.plugin.ArgumentValues;
import io.memflow.core.plugin.PluginArguments;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The arguments by which a user says where symbol files come from. Nothing else says it, no variable and no file. Stateless. */
public final class SymbolArguments {
    private static final String SYMBOLS = "symbols";
    private static final String ONLINE = "online";
    private static final String SERVER = "symbol_server";

    /** Their descriptions. */
    public static final List<ArgumentDescription> DESCRIPTIONS = List.of(
            new ArgumentDescription(
                    SYMBOLS,
                    "PDB file of the very kernel in memory, or a folder of them (a symbol store), which then rules over all"
                            + " offsets"),
            new ArgumentDescription(
                    ONLINE, "true gets the kernel's PDB from a symbol server into the folder of symbols="),
            new ArgumentDescription(SERVER, "address of the server; " + SymbolServer.MICROSOFT + " unless given"));

    private SymbolArguments() {}

    /**
     * What the user said.
     *
     * @param fetcher asks servers, if the user wants that
     * @throws MemflowException when they contradict each other, or name what is not there
     */
    public static SymbolSource read(PluginArguments arguments, SymbolFetcher fetcher) {
        boolean isOnline = new ArgumentValues(arguments).choice(ONLINE, false);
        Optional<String> server = arguments.value(SERVER);
        if (server.isPresent() && !isOnline) {
            throw refused(ErrorKind.ARG_VALIDATION, SERVER, server.get(), "is asked only with online=true: add that.");
        }
        Optional<String> symbols = arguments.value(SYMBOLS);
        if (symbols.isEmpty()) {
            if (isOnline) {
                throw new MemflowException(
                        ErrorOrigin.OS_LAYER,
                        ErrorKind.REQUIRED_ARG_NOT_FOUND,
                        "Argument online: name the folder that symbol files are to be kept in, with symbols=DIR.");
            }
            return new NoSymbols();
        }
        return isOnline
                ? online(symbols.get(), SymbolServer.at(server.orElse(SymbolServer.MICROSOFT), fetcher))
                : offline(symbols.get());
    }

    private static SymbolSource offline(String symbols) {
        Path path = path(symbols);
        return Files.isDirectory(path)
                ? new SymbolFolder(new SymbolStore(path), Optional.empty())
                : new NamedSymbols(SymbolFile.open(path));
    }

    private static SymbolSource online(String symbols, SymbolServer server) {
        Path path = path(symbols);
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw refused(
                    ErrorKind.ARG_VALIDATION,
                    SYMBOLS,
                    symbols,
                    "is a file: with online=true name a folder to keep files in.");
        }
        return new SymbolFolder(new SymbolStore(path), Optional.of(server));
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException noPath) {
            throw refused(ErrorKind.INVALID_PATH, SYMBOLS, text, "is no path of a file or folder.");
        }
    }

    private static MemflowException refused(ErrorKind kind, String key, String value, String what) {
        return new MemflowException(ErrorOrigin.OS_LAYER, kind, "Argument %s: \"%s\" %s".formatted(key, value, what));
    }
}
