// Structs keep data, methods look after it
//
// A method with a pointer receiver can change the struct that it is called on. Notice that
// an assignment copies the struct, and that NewAccount in account.go refuses a wrong one.
package main

import "fmt"

func main() {
	account, err := NewAccount("Ada", 100)
	if err != nil {
		fmt.Println("error:", err)
		return
	}

	account.Deposit(50)
	fmt.Println(account.Owner(), "has", account.Balance())

	if err := account.Withdraw(500); err != nil {
		fmt.Println("error:", err)
	}
	if err := account.Withdraw(30); err == nil {
		fmt.Println("left:", account.Balance())
	}

	// Assigning the struct copies it; the pointer still means the first.
	snapshot := *account
	account.Deposit(1)
	fmt.Println(snapshot.Balance(), account.Balance())
	fmt.Println("same account:", snapshot == *account)

	if _, err := NewAccount("", 5); err != nil {
		fmt.Println("error:", err)
	}
}
