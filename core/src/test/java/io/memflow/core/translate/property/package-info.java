/** Random tables and random requests, with the models of {@code reference} as the judge. */
package io.memflow.core.translate.property;
