package library;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The lending desk of a small library: who has which book, until when, and what a late return costs. */
public final class LoanDesk {
    private static final int LOAN_DAYS = 28;
    private static final int CENTS_PER_LATE_DAY = 15;
    private static final int HIGHEST_FINE_CENTS = 600;

    /** One borrowed book. */
    public record Loan(String reader, LocalDate due) {}

    private final Map<String, Loan> loansByBook = new HashMap<>();

    /** Lends a book. Returns the existing loan instead when somebody else still has it. */
    public Optional<Loan> borrow(String book, String reader, LocalDate today) {
        Loan existing = loansByBook.get(book);
        if (existing != null) {
            return Optional.of(existing);
        }
        loansByBook.put(book, new Loan(reader, today.plusDays(LOAN_DAYS)));
        return Optional.empty();
    }

    /** Takes a book back and returns the fine in cents: nothing when it is on time, never more than the ceiling. */
    public int giveBack(String book, LocalDate today) {
        Loan loan = loansByBook.remove(book);
        if (loan == null) {
            throw new IllegalArgumentException("this book was not on loan: " + book);
        }
        long late = Math.max(0, ChronoUnit.DAYS.between(loan.due(), today));
        return (int) Math.min(HIGHEST_FINE_CENTS, late * CENTS_PER_LATE_DAY);
    }
}
