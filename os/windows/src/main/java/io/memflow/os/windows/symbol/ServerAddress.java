package io.memflow.os.windows.symbol;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;

/** Which addresses are asked: encrypted ones, and plain ones on this machine. Stateless. */
final class ServerAddress {
    private static final Pattern THIS_MACHINE = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1\\]");

    private ServerAddress() {}

    /** Whether a file may be asked for there. */
    static boolean isAllowed(URI address) {
        String scheme = address.getScheme() == null ? "" : address.getScheme().toLowerCase(Locale.ROOT);
        return address.getHost() != null
                && address.getRawUserInfo() == null
                && (scheme.equals("https") || (scheme.equals("http") && isThisMachine(address)));
    }

    /** Whether one may lead to the other: no server elsewhere may lead to one on this machine. */
    static boolean mayLead(URI from, URI to) {
        return isAllowed(to) && (isThisMachine(from) || !isThisMachine(to));
    }

    private static boolean isThisMachine(URI address) {
        return address.getHost() != null
                && THIS_MACHINE
                        .matcher(address.getHost().toLowerCase(Locale.ROOT))
                        .matches();
    }
}
