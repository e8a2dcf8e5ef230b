package dev.rowhound.crawl;

import dev.rowhound.egress.Egress;

/**
 * The resources that all processors of a node share.
 *
 * @param egress the access to the web
 * @param sessions the sessions of jobs and hosts
 * @param predictor predicts which sites need a browser
 * @param secrets the values that logins may type
 */
record SharedResources(Egress egress, SessionPool sessions, EnginePredictor predictor, Secrets secrets) {}
