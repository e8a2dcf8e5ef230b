package dev.rowhound.queue;

import dev.rowhound.redis.LuaScript;

/** The scripts over a job's keys; each file's head says what it takes, answers and costs. */
final class Scripts {
    static final LuaScript OPEN = load("open-2");
    static final LuaScript APPEND = load("append-6");
    static final LuaScript SEAL = load("seal-2");
    static final LuaScript CLAIM = load("claim-6");
    static final LuaScript START = load("start-4");
    static final LuaScript RENEW = load("renew-3");
    static final LuaScript AWAIT_QUESTION = load("await_question-8");
    static final LuaScript ASK = load("ask-6");
    static final LuaScript ASKED = load("asked-3");
    static final LuaScript ANSWER = load("answer-6");
    static final LuaScript COMPLETE = load("complete-12");
    static final LuaScript DEFER = load("defer-7");
    static final LuaScript TICK = load("tick-14");
    static final LuaScript CONTROL = load("control-16");
    static final LuaScript SNAPSHOT = load("snapshot-3");
    static final LuaScript EXPIRE = load("expire-16");
    static final LuaScript KEEP = load("keep-16");
    static final LuaScript RESULTS = load("results-4");
    static final LuaScript COMPACT_BEGIN = load("compact_begin-2");
    static final LuaScript COMPACT = load("compact-10");
    static final LuaScript FILES = load("files-2");
    static final LuaScript SETTLE = load("settle-1");
    static final LuaScript OFFER = load("offer-3");
    static final LuaScript PICK = load("pick-3");
    static final LuaScript REFUND = load("refund-3");
    static final LuaScript REST = load("rest-3");
    static final LuaScript WITHDRAW = load("withdraw-3");
    static final LuaScript REPLY_BEGIN = load("reply_begin-1");
    static final LuaScript REPLY_END = load("reply_end-1");

    private Scripts() {}

    private static LuaScript load(String name) {
        return LuaScript.load(Scripts.class, name);
    }
}
