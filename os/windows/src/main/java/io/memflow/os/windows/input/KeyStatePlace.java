package io.memflow.os.windows.input;

import io.memflow.core.error.MemflowException;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.formats.pe.PeImage;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/**
 * Finds {@code gafAsyncKeyState} of one session: by its name, else by code that reads it, else (Windows 11) in the state of the
 * session, which the code of win32ksgd.sys or win32k.sys finds by the session's number. Confined.
 */
final class KeyStatePlace {
    private static final String BASE_DRIVER = "win32kbase.sys";
    /** Which of them has the slots of sessions depends on the build. */
    private static final List<String> SLOT_DRIVERS = List.of("win32ksgd.sys", "win32k.sys");

    /** {@code mov rax, [gafAsyncKeyState]; mov [rcx+n], rax; mov rcx, [rdi+n]} (memflow-win32's signature for Windows 10). */
    private static final CodePattern READS_IT =
            new CodePattern("48 8B 05 ?? ?? ?? ?? 48 89 81 ?? ?? 00 00 48 8B 8F", 3);

    /** {@code mov rax, [gSessionGlobalSlots]; (dec ecx;) mov rax, [rax+rcx*8]}. */
    private static final List<CodePattern> SLOTS = List.of(
            new CodePattern("48 8B 05 ?? ?? ?? ?? 48 8B 04 C8", 3),
            new CodePattern("48 8B 05 ?? ?? ?? ?? FF C9 48 8B 04 C8", 3));

    /** {@code lea rdx, [rax+gafAsyncKeyState]; call ...; xorps xmm0, xmm0} of PostUpdateKeyStateEvent. */
    private static final CodePattern MEMBER = new CodePattern("48 8D 90 ?? ?? ?? ?? E8 ?? ?? ?? ?? 0F 57 C0", 3);

    /** The state of a session has some 14 KiB up to its keys. */
    private static final int FARTHEST_MEMBER = 0x1_0000;

    /**
     * Where the state is.
     *
     * @param how by what it was found, as provenance names it
     */
    record Found(long address, String how) {}

    private final VirtualMemory space;
    private final long session;
    private final Function<String, OptionalLong> drivers;

    /**
     * @param space an address space of the session, with the kernel's half
     * @param session its number
     * @param drivers first address of a driver by its name
     */
    KeyStatePlace(VirtualMemory space, long session, Function<String, OptionalLong> drivers) {
        this.space = space;
        this.session = session;
        this.drivers = drivers;
    }

    /**
     * The place; empty when nothing leads to one, or to more than one.
     *
     * @throws MemflowException when a driver's headers cannot be read
     */
    Optional<Found> find() {
        OptionalLong base = drivers.apply(BASE_DRIVER);
        if (base.isEmpty()) {
            return Optional.empty();
        }
        PeImage image = PeImage.open(space, base.getAsLong());
        OptionalLong named = image.export("gafAsyncKeyState");
        if (named.isPresent() && isState(named.getAsLong())) {
            return Optional.of(new Found(named.getAsLong(), "export"));
        }
        DriverCode code = new DriverCode(image);
        return only(code.addresses(READS_IT), "code").or(() -> inSession(code));
    }

    private Optional<Found> inSession(DriverCode code) {
        Set<Long> places = new LinkedHashSet<>();
        Set<Integer> members = code.numbers(MEMBER);
        for (String name : SLOT_DRIVERS) {
            OptionalLong driver = members.isEmpty() ? OptionalLong.empty() : drivers.apply(name);
            if (driver.isPresent()) {
                DriverCode slots = new DriverCode(PeImage.open(space, driver.getAsLong()));
                SLOTS.forEach(pattern -> slots.addresses(pattern).forEach(variable -> {
                    OptionalLong state = sessionState(variable);
                    members.stream()
                            .filter(member -> member > 0 && member < FARTHEST_MEMBER)
                            .forEach(member -> state.ifPresent(address -> places.add(address + member)));
                }));
            }
        }
        return only(places, "session-state");
    }

    /** The slots are those of the sessions from 1 on; each points to where the state's address is. */
    private OptionalLong sessionState(long variable) {
        if (session < 1) {
            return OptionalLong.empty();
        }
        try {
            long slots = space.readPointer(variable);
            long slot = space.readPointer(slots + (session - 1) * Long.BYTES);
            return OptionalLong.of(space.readPointer(slot));
        } catch (MemflowException noSlots) {
            return OptionalLong.empty();
        }
    }

    private Optional<Found> only(Set<Long> places, String how) {
        List<Long> right = places.stream().filter(this::isState).toList();
        return right.size() == 1 ? Optional.of(new Found(right.getFirst(), how)) : Optional.empty();
    }

    private boolean isState(long address) {
        try {
            return new KeyStates(space.readBytes(address, KeyStates.BYTES)).isPlausible();
        } catch (MemflowException unreadable) {
            return false;
        }
    }
}
