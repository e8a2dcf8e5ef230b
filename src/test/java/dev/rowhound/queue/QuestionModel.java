package dev.rowhound.queue;

import dev.rowhound.queue.question.Questions;

/** What the scripts promise about questions and their answers, as a part of a {@link JobModel}. */
final class QuestionModel {
    private final JobModel job;

    /** How many rows have had to wait for a question since one ended well that nobody was asked about. */
    int asks;

    QuestionModel(JobModel job) {
        this.job = job;
    }

    /** A worker has ended the item. */
    void ended(ModelItem item, char code) {
        if (item.asked == null && item.said == null && (code == 'f' || code == 'n')) {
            asks = 0;
        }
    }

    /** Whether the item waits for room for its question from this call on. */
    boolean await(int row, String token) {
        ModelItem item = job.heldBy(row, token).orElse(null);
        if (item == null || !job.open()) {
            return false;
        }
        boolean told = item.waited == '?';
        asks += item.started ? 1 : 0;
        job.count(item.state, -1);
        item.drop();
        item.state = 'q';
        item.hold = JobModel.ASKING + job.turn(false);
        job.count('q', 1);
        if (!told) {
            job.emit("item.needs_human", row);
        }
        return true;
    }

    /** Whether the item waits for a person from this call on. */
    boolean ask(int row, String token, ModelItem.Asked question) {
        ModelItem item = job.heldBy(row, token).orElse(null);
        if (item == null || !item.started || !job.open()) {
            return false;
        }
        if (item.asked == null) {
            item.state = 'q';
            job.count('r', -1);
            job.count('q', 1);
        }
        item.asked = question;
        job.emit("item.needs_human", row);
        return true;
    }

    /** What becomes of an answer; "go on" has no text. */
    Questions.Answered answer(int row, String id, String text) {
        ModelItem item = job.items.get(row);
        String answer = text == null ? "g" : "t" + text;
        if (item.said != null && item.said.id().equals(id)) {
            return item.said.answer().equals(answer) ? Questions.Answered.AGAIN : Questions.Answered.OVER;
        }
        if (item.asked == null || !item.asked.id().equals(id) || item.asked.late() || !job.open()) {
            return Questions.Answered.OVER;
        }
        if (item.asked.text() != (text != null)) {
            return item.asked.text() ? Questions.Answered.TEXT : Questions.Answered.GO_ON;
        }
        item.asked = null;
        item.said = new ModelItem.Said(id, answer, true);
        item.state = 'r';
        job.count('q', -1);
        job.count('r', 1);
        job.emit("item.answered", row);
        return Questions.Answered.OK;
    }

    /** What the asker finds. */
    Questions.Status status(int row, String token, String id) {
        ModelItem item = job.heldBy(row, token).orElse(null);
        if (item != null && item.said != null && item.said.id().equals(id)) {
            return new Questions.Status(
                    Questions.QuestionState.ANSWERED, item.said.answer().substring(1));
        }
        if (item == null || item.asked == null || !item.asked.id().equals(id)) {
            return new Questions.Status(Questions.QuestionState.GONE, "");
        }
        return new Questions.Status(
                item.asked.late() ? Questions.QuestionState.OVER : Questions.QuestionState.OPEN, "");
    }
}
