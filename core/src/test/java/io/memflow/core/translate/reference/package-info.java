/**
 * Slow and obvious models of address translation, one for each family of architectures, written from the manuals and
 * sharing nothing with the table-driven formats they check.
 */
package io.memflow.core.translate.reference;
