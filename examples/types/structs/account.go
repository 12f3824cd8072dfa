package main

import (
	"errors"
	"fmt"
)

// An Account holds somebody's money. Its fields begin with a small letter, so other
// packages reach them only through the methods.
type Account struct {
	owner   string
	balance int
}

// NewAccount returns an account of owner with a first deposit.
func NewAccount(owner string, deposit int) (*Account, error) {
	if owner == "" {
		return nil, errors.New("an account needs an owner")
	}
	return &Account{owner: owner, balance: deposit}, nil
}

// Owner returns whose account it is.
func (a *Account) Owner() string { return a.owner }

// Balance returns how much there is.
func (a *Account) Balance() int { return a.balance }

// Deposit adds to the balance.
func (a *Account) Deposit(amount int) { a.balance += amount }

// Withdraw takes from the balance, if there is enough.
func (a *Account) Withdraw(amount int) error {
	if amount > a.balance {
		return fmt.Errorf("%d wanted, but there are only %d", amount, a.balance)
	}
	a.balance -= amount
	return nil
}
