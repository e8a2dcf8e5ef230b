package dev.rowhound.crawl;

import dev.rowhound.egress.Egress;

/**
 * What the processors of a node have in common.
 *
 * @param egress the way out to the web
 * @param sessions what items have in common
 * @param memory for which sites a browser is needed
 * @param secrets what recipes may type without knowing it
 */
record Shared(Egress egress, Sessions sessions, EngineMemory memory, Secrets secrets) {}
