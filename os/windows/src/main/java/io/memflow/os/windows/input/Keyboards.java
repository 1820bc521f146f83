package io.memflow.os.windows.input;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.InputDeviceInfo;
import io.memflow.core.os.Keyboard;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.ProcessDetails;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.Provenance;
import io.memflow.core.os.TaskState;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The keyboards of a machine, one for each session. Read anew at each call. Thread-safe. */
public final class Keyboards {
    /** Processes of a session that are tried: all have its drivers, and one may lack a page of them. */
    private static final int MOST_TRIED = 4;

    private final WindowsKernel kernel;
    private final Supplier<Listing<ProcessInfo>> processes;
    private final Supplier<Listing<ProcessDetails>> details;
    private final Supplier<Listing<ModuleInfo>> drivers;

    /**
     * @param processes lists all processes
     * @param details says which session each is of
     * @param drivers lists the kernel's modules
     */
    public Keyboards(
            WindowsKernel kernel,
            Supplier<Listing<ProcessInfo>> processes,
            Supplier<Listing<ProcessDetails>> details,
            Supplier<Listing<ModuleInfo>> drivers) {
        this.kernel = kernel;
        this.processes = processes;
        this.details = details;
        this.drivers = drivers;
    }

    /** A session whose keys were found. */
    private record Session(long number, VirtualMemory space, KeyStatePlace.Found keys) {}

    /** What is down on each. */
    public Listing<InputDeviceInfo> devices() {
        List<MissingPart> missing = new ArrayList<>();
        List<InputDeviceInfo> rows = new ArrayList<>();
        for (Session session : sessions(missing)) {
            try {
                rows.add(row(session));
            } catch (MemflowException unreadable) {
                missing.add(new MissingPart(
                        "keyboard of session " + session.number, String.valueOf(unreadable.getMessage())));
            }
        }
        return new Listing<>(rows, missing);
    }

    /** Those whose keys can be looked at and set. */
    public List<Keyboard> keyboards() {
        return sessions(new ArrayList<>()).stream()
                .<Keyboard>map(session -> new SessionKeyboard(session.space, session.keys.address(), session.number))
                .toList();
    }

    private static InputDeviceInfo row(Session session) {
        KeyStates states = new KeyStates(session.space.readBytes(session.keys.address(), KeyStates.BYTES));
        return new InputDeviceInfo(
                session.keys.address(),
                "keyboard",
                "session " + session.number,
                null,
                null,
                null,
                null,
                null,
                states.pressed(),
                new Provenance(List.of(session.keys.how()), List.of()));
    }

    private List<Session> sessions(List<MissingPart> missing) {
        Map<String, Long> bases = new HashMap<>();
        for (ModuleInfo driver : drivers.get().rows()) {
            if (driver.name() != null && driver.base() != null) {
                bases.putIfAbsent(driver.name().toLowerCase(Locale.ROOT), driver.base());
            }
        }
        List<Session> sessions = new ArrayList<>();
        members(missing).forEach((number, roots) -> {
            Optional<Session> session = roots.stream()
                    .limit(MOST_TRIED)
                    .map(root -> session(number, root, bases))
                    .flatMap(Optional::stream)
                    .findFirst();
            session.ifPresentOrElse(
                    sessions::add,
                    () -> missing.add(
                            new MissingPart(
                                    "keyboard of session " + number,
                                    "neither an export nor code of win32kbase.sys leads to one state of keys (known for Windows 10 and 11)")));
        });
        return sessions;
    }

    /** Roots of the page tables of the programs of each session: its own memory is mapped in these only. */
    private Map<Long, List<Long>> members(List<MissingPart> missing) {
        Map<Integer, Long> numbers = new HashMap<>();
        Listing<ProcessDetails> all = details.get();
        missing.addAll(all.missing());
        for (ProcessDetails row : all.rows()) {
            if (row.session() != null && row.kind() == ProcessInfo.Kind.USER) {
                numbers.put(row.pid(), row.session());
            }
        }
        Map<Long, List<Long>> roots = new TreeMap<>();
        for (ProcessInfo row : processes.get().rows()) {
            Long number = numbers.get(row.pid());
            if (number != null && row.dtb() != null && row.state() != TaskState.ZOMBIE) {
                roots.computeIfAbsent(number, _ -> new ArrayList<>()).add(row.dtb());
            }
        }
        return roots;
    }

    private Optional<Session> session(long number, long root, Map<String, Long> bases) {
        VirtualMemory space = kernel.processMemory(root);
        try {
            return new KeyStatePlace(space, number, name -> base(bases, name))
                    .find()
                    .map(keys -> new Session(number, space, keys));
        } catch (MemflowException unreadable) {
            // Another process of the session may have the driver's headers.
            return Optional.empty();
        }
    }

    private static OptionalLong base(Map<String, Long> bases, String name) {
        Long base = bases.get(name);
        return base == null ? OptionalLong.empty() : OptionalLong.of(base);
    }
}
