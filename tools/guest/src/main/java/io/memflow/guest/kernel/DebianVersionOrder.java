package io.memflow.guest.kernel;

import java.util.Comparator;

/**
 * Debian's order of versions and of names that hold versions: runs of digits count as numbers, {@code ~} sorts before
 * everything, letters before other characters. Source: Debian Policy, section 5.6.12.
 */
enum DebianVersionOrder implements Comparator<String> {
    INSTANCE;

    @Override
    public int compare(String left, String right) {
        int i = 0;
        int j = 0;
        while (i < left.length() || j < right.length()) {
            while (isText(left, i) || isText(right, j)) {
                int order = Integer.compare(weight(left, i), weight(right, j));
                if (order != 0) {
                    return order;
                }
                i++;
                j++;
            }
            int endLeft = endOfDigits(left, i);
            int endRight = endOfDigits(right, j);
            int order = compareNumbers(left.substring(i, endLeft), right.substring(j, endRight));
            if (order != 0) {
                return order;
            }
            i = endLeft;
            j = endRight;
        }
        return 0;
    }

    private static boolean isText(String text, int index) {
        return index < text.length() && !isDigit(text.charAt(index));
    }

    private static boolean isDigit(char character) {
        return character >= '0' && character <= '9';
    }

    private static int endOfDigits(String text, int start) {
        int end = Math.min(start, text.length());
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /** The end of the text, or of its text part, weighs 0. */
    private static int weight(String text, int index) {
        if (!isText(text, index)) {
            return 0;
        }
        char character = text.charAt(index);
        if (character == '~') {
            return -1;
        }
        return Character.isLetter(character) ? character : character + Character.MAX_VALUE;
    }

    private static int compareNumbers(String left, String right) {
        String shortLeft = left.replaceFirst("^0+", "");
        String shortRight = right.replaceFirst("^0+", "");
        int order = Integer.compare(shortLeft.length(), shortRight.length());
        return order != 0 ? order : shortLeft.compareTo(shortRight);
    }
}
